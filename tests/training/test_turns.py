"""What tells turned photos and negatives is learned, kept and exported."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="torch is not installed: see requirements-train.txt")

from colorize.engine.networks.onnx import OnnxNetwork  # noqa: E402
from colorize.engine.networks.runtimes import OpenCvSession  # noqa: E402
from colorize.training import checkpoint, turns  # noqa: E402
from colorize.training.export import compare, export  # noqa: E402
from colorize.training.loop import Run  # noqa: E402
from colorize.training.network import ColorNet  # noqa: E402
from colorize.training.upright import Upright  # noqa: E402
from tests.training.test_training import BINS, run_command, settings_for, shard_of  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture
def state() -> checkpoint.State:
    torch.manual_seed(0)
    prior = torch.full((len(BINS),), 1 / len(BINS))
    average = ColorNet(BINS).eval()
    for module in average.enc.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            # Otherwise the untrained layers would let nothing through.
            torch.nn.init.constant_(module.weight, 2)
    return checkpoint.State(ColorNet(BINS), average, prior, checkpoint.UNCALIBRATED)


@pytest.fixture
def headed(state: checkpoint.State) -> checkpoint.State:
    state.upright = checkpoint.new_head(state.average).eval()
    return state


@pytest.fixture
def landscapes(tmp_path: Path) -> Path:
    """Photos with a bright sky above the ground, of changing brightness; nothing in them is dark,
    so that negatives differ from photos that are upside down."""
    rng = np.random.default_rng(0)
    photos = {}
    for n in range(120):
        pixels = np.full((160, 200, 3), rng.integers(110, 150), np.uint8)
        pixels[: rng.integers(60, 110)] = rng.integers(220, 250)
        photos[f"made/{n}.webp"] = Image.fromarray(pixels)
    return shard_of(tmp_path / "photos.tar", photos)


def test_the_command_fits_what_the_exported_file_then_tells(
    state: checkpoint.State, landscapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "EPOCHS", 30)
    monkeypatch.setattr(turns, "SIZES", [(64, 96)])
    checkpoint.save(tmp_path / "a.pt", state)
    run_command(monkeypatch, "turns", tmp_path / "a.pt", "--shards", landscapes, "--photos", 40)
    fitted = checkpoint.load(tmp_path / "a.pt")
    export(fitted.answers, tmp_path / "a.onnx")
    network = OnnxNetwork("a", OpenCvSession(tmp_path / "a.onnx"), 64)
    L = np.full((96, 128), 54, np.float32)
    L[:50] = 93
    for quarters in range(4):
        prediction = network.predict(np.ascontiguousarray(np.rot90(L, quarters)))
        assert prediction.turn is not None and prediction.turn.argmax() == quarters
        assert prediction.turn.sum() == pytest.approx(1, abs=1e-4)


def test_no_more_upright_positives_are_mistaken_than_may_be() -> None:
    """The scale is the largest at which that holds: at a larger one, more are."""
    torch.manual_seed(1)
    upright = torch.randn(500, 5, 5) * 3
    head = Upright((1, 1))
    before = head.out.weight.detach().clone()
    turns.set_scales(head, upright)
    factor = (head.out.weight.detach() / before)[:, 0]
    assert factor[3] == pytest.approx(float(factor[0]), rel=1e-4)

    def mistaken(scale: float) -> float:
        turned = [turns.seems_turned(looks * scale) for looks in upright[:, :4, :4]]
        return float(np.mean(turned))

    assert mistaken(float(factor[0])) <= turns.MISTAKEN < mistaken(4)


def test_it_is_kept_in_the_exported_file(headed: checkpoint.State, tmp_path: Path) -> None:
    export(headed.answers, tmp_path / "once.onnx")
    again = checkpoint.load(tmp_path / "once.onnx")
    assert again.upright is not None
    assert compare(again.answers, tmp_path / "once.onnx") < 1e-3
    checkpoint.save(tmp_path / "again.pt", again)
    assert checkpoint.load(tmp_path / "again.pt").upright is not None


def test_colours_are_the_same_with_and_without_it(headed: checkpoint.State, tmp_path: Path) -> None:
    export(headed.answers, tmp_path / "with.onnx")
    headed.upright = None
    export(headed.answers, tmp_path / "without.onnx")
    L = np.random.default_rng(0).uniform(0, 100, (64, 96)).astype(np.float32)
    one, other = (
        OnnxNetwork(name, OpenCvSession(tmp_path / f"{name}.onnx"), 64).predict(L)
        for name in ("with", "without")
    )
    assert one.turn is not None and one.negative is not None
    assert other.turn is None and other.negative is None
    assert (one.ab_faithful == other.ab_faithful).all()


def test_it_does_not_outlive_the_features_it_was_fitted_to(
    headed: checkpoint.State, landscapes: Path
) -> None:
    Run(headed, settings_for(landscapes))
    assert headed.upright is None
