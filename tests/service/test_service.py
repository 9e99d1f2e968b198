"""What the service does to a photo, for all its callers."""

import io
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from colorize import service
from colorize.engine import lightness, render
from colorize.engine.concurrency import LEAST_PIXELS
from colorize.engine.errors import BadOption, Busy, NetworkUnavailable, UserError
from colorize.engine.filenames import result_name, stem
from colorize.engine.photo import read_photo
from colorize.engine.planes import fit, resize
from colorize.engine.predict import network_input
from tests.conftest import ROOT, use
from tests.fakes import FakeNetwork
from tests.photos import lightness_of, middles, opened, photo, save, srgb_of, stripes

EXAMPLES = sorted((ROOT / "static/examples/before").glob("*.jpg"))


@pytest.mark.slow
@pytest.mark.parametrize("vividness", [0, 0.6, 1])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_lightness_of_a_real_photo_is_not_touched(path: Path, vividness: float) -> None:
    data = path.read_bytes()
    L = read_photo(data).L
    rgb = render.recombine(L.copy(), service.colorize(data, service.Options(vividness)).ab)
    assert np.abs(lightness_of(rgb[..., :3]) - L).mean() < 0.5


def test_there_are_photos_to_test_the_lightness_on() -> None:
    assert len(EXAMPLES) >= 3


def test_vividness_mixes_the_two_colours(network: FakeNetwork) -> None:
    for vividness, (a, b) in {0: (10, 20), 0.5: (15, 30), 1: (20, 40)}.items():
        result = service.colorize(photo(), service.Options(vividness=vividness))
        assert np.allclose(result.ab, [a, b], atol=0.01)
        assert result.ab_step is not None and np.allclose(result.ab_step, [10, 20], atol=0.01)


def test_one_answer_is_declared_and_not_read_off_the_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two answers that agree on a photo, a grey wall perhaps, are two all the same."""
    use(monkeypatch, FakeNetwork((10, 20), (10, 20)))
    step = service.colorize(photo()).ab_step
    assert step is not None and not step.any()
    use(monkeypatch, FakeNetwork((10, 20), None))
    assert service.colorize(photo()).ab_step is None


def test_the_settings_vividness_holds_where_nobody_says_otherwise(
    network: FakeNetwork, settings: Any
) -> None:
    settings.VIVIDNESS = 0.6
    assert np.allclose(service.colorize(photo()).ab, [16, 32], atol=0.01)


def test_the_result_says_how_it_was_made(network: FakeNetwork) -> None:
    result = service.colorize(photo(), filename="C:\\scans\\Grandma 1912.png")
    assert result.filename == "Grandma 1912-colorized.jpg"
    assert (result.width, result.height) == opened(result.content).size == (96, 64)
    assert result.options.network == "colornet"
    assert result.confidence == 75
    assert result.confidence_map is not None and result.confidence_map.max() <= 1
    assert list(result.milliseconds) == [
        "prepare",
        "predict",
        "hints",
        "upsample",
        "encode",
        "thumbnails",
    ]


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((640, 480), (64, 96)),
        ((480, 640), (96, 64)),
        ((64, 64), (64, 64)),
        ((8000, 100), (64, 256)),
    ],
)
def test_the_network_sees_the_photo_in_its_own_shape(
    size: tuple[int, int], seen: tuple[int, int], network: FakeNetwork
) -> None:
    service.colorize(save(Image.new("L", size, 128)))
    assert network.shapes == [seen]


def test_a_small_photo_is_enlarged_smoothly_for_the_network() -> None:
    """A ramp of 32 shades stays a ramp; enlarged in blocks it would be a stair."""
    ramp = np.tile(np.linspace(0, 100, 32, dtype=np.float32), (32, 1))
    seen = network_input(ramp, 256)
    assert seen.shape == (256, 256)
    assert np.diff(seen[0, 8:-8]).min() > 0.1


def test_the_edges_of_a_panorama_are_not_coarsened() -> None:
    assert render.guide(np.zeros((200, 2000), np.float32)).shape == (200, 2000)
    assert render.guide(np.zeros((1000, 6000), np.float32)).shape == (341, 2048)
    assert render.guide(np.zeros((3000, 4000), np.float32)).shape == (512, 683)


def test_packed_lightness_is_the_lightness() -> None:
    L = np.linspace(0, 100, 70_000, dtype=np.float32).reshape(700, 100)
    half = lightness.packed(L)
    assert half.nbytes == L.nbytes // 2
    assert np.abs(lightness.unpacked(half) - L).max() < 0.001


def test_a_fitted_size_is_never_nothing() -> None:
    assert fit(16, 40_000, side=256, longest=1024, step=32) == (32, 1024)


def test_colours_do_not_bleed_over_an_edge() -> None:
    """A dark red and a light grey half that meet inside a cell of the network's coarse answer:
    near the edge, edge-aware enlarging errs less than half as much as plain enlarging."""
    truth = np.zeros((512, 512, 2), np.float32)
    truth[:, :260] = 60
    L = np.where(truth[..., 0] > 0, np.float32(20), np.float32(90))
    coarse = resize(truth, 64, 64)
    near = slice(240, 280)
    plain = np.abs(cv2.resize(coarse, (512, 512)) - truth)[:, near].mean()
    edge_aware = np.abs(render.upsample_ab(coarse, render.guide(L)) - truth)[:, near].mean()
    assert edge_aware < 0.5 * plain


def test_recombining_in_bands_equals_doing_it_at_once() -> None:
    rng = np.random.default_rng(0)
    L = rng.uniform(20, 80, (700, 900)).astype(np.float32)
    ab = rng.uniform(-20, 20, (35, 45, 2)).astype(np.float32)
    whole = np.dstack([L, cv2.resize(ab, (900, 700), interpolation=cv2.INTER_LINEAR)])
    rgb = np.clip(cv2.cvtColor(whole, cv2.COLOR_Lab2RGB), 0, 1) * 255
    assert np.abs(render.recombine(L, ab)[..., :3] - rgb).max() <= 1


def exif_of(original: dict[int, Any], inner: dict[int, Any], place: bool = False) -> Image.Exif:
    exif = Image.Exif()
    exif.update(original)
    exif.get_ifd(0x8769).update(inner)
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 0.0)})
    return exif


WITH_METADATA = photo(
    "JPEG",
    exif=exif_of(
        {0x8298: "City Archive", 0x013B: "A. Adams", 0x010F: "Leica"},
        {0x9003: "1938:05:01 12:00:00"},
        place=True,
    ),
)


def test_date_and_copyright_stay_and_the_place_never_does(network: FakeNetwork) -> None:
    assert opened(WITH_METADATA).getexif().get_ifd(0x8825)
    exif = opened(service.colorize(WITH_METADATA).content).getexif()
    assert exif[0x8298] == "City Archive"
    assert exif[0x013B] == "A. Adams"
    assert exif.get_ifd(0x8769)[0x9003] == "1938:05:01 12:00:00"
    assert not exif.get_ifd(0x8825)
    assert 0x010F not in exif


def test_a_switch_drops_what_the_original_said(network: FakeNetwork) -> None:
    result = service.colorize(WITH_METADATA, service.Options(keep_metadata=False))
    assert b"City Archive" not in result.content
    assert b"Adams" not in result.content
    assert b"1938" not in result.content


@pytest.mark.parametrize("keep", [True, False])
def test_the_file_says_that_a_network_made_its_colours(keep: bool, network: FakeNetwork) -> None:
    image = opened(service.colorize(WITH_METADATA, service.Options(keep_metadata=keep)).content)
    software = image.getexif()[0x0131]
    assert software == "Image Colorizer (colours made by the network colornet)"
    assert b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in image.info["xmp"]
    profile = ImageCms.getOpenProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)


def test_the_press_metadata_of_an_agency_photo_is_kept(network: FakeNetwork) -> None:
    def field(number: int, text: bytes) -> bytes:
        return b"\x1c\x02" + bytes([number]) + len(text).to_bytes(2, "big") + text

    records = field(55, b"19380501") + field(80, b"Dora Doe") + field(116, "© Press".encode())
    block = b"8BIM\x04\x04\0\0" + len(records).to_bytes(4, "big") + records
    body = b"Photoshop 3.0\0" + block + b"\0" * (len(block) % 2)
    jpeg = photo("JPEG")
    jpeg = jpeg[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]
    exif = opened(service.colorize(jpeg).content).getexif()
    assert exif[0x8298].encode("latin-1") == "© Press".encode()
    assert exif[0x013B] == "Dora Doe"
    assert exif.get_ifd(0x8769)[0x9003] == "1938:05:01 00:00:00"


def test_an_unknown_network_is_named_and_so_are_those_that_are_there(only_colornet: None) -> None:
    with pytest.raises(BadOption, match=r"no network “nobody” here; there are: colornet\.$"):
        service.colorize(photo(), service.Options(network="nobody"))


def test_a_network_that_is_loaded_needs_its_manifest_no_more(
    network: FakeNetwork, settings: Any, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    assert service.colorize(photo()).content


def test_missing_weights_are_told(settings: Any, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path
    with pytest.raises(NetworkUnavailable, match=r"manifest\.json cannot be read"):
        service.colorize(photo())


def test_only_so_many_photos_are_in_hand(places: Any, slow_network: FakeNetwork) -> None:
    """Five at once where two may be coloured and one may wait: two are told that it is busy."""
    places(2 * LEAST_PIXELS, 1, 10)
    outcomes: list[object] = []

    def one() -> None:
        try:
            outcomes.append(service.colorize(photo()).width)
        except Busy as problem:
            outcomes.append(problem.retry_after)

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [5, 5, 96, 96, 96]  # type: ignore[type-var]
    assert slow_network.most_at_once == 2


def test_who_waits_too_long_is_told_so(places: Any, slow_network: FakeNetwork) -> None:
    places(LEAST_PIXELS, 1, 0.1)
    first = threading.Thread(target=lambda: service.colorize(photo()))
    first.start()
    while not slow_network.at_once:
        pass
    with pytest.raises(Busy):
        service.colorize(photo())
    first.join()
    assert service.colorize(photo()).width == 96


def test_a_bad_photo_gives_its_place_back(places: Any, network: FakeNetwork) -> None:
    places(LEAST_PIXELS, 0, 0.1)
    for _ in range(3):
        with pytest.raises(UserError, match="not a photo"):
            service.colorize(b"no photo")
    assert service.colorize(photo()).width == 96


@pytest.mark.parametrize("written", ["© Ärchiv".encode(), "© Ärchiv".encode("latin-1")])
def test_a_copyright_sign_is_read_however_it_was_written(written: bytes) -> None:
    exif = Image.Exif()
    exif[0x8298] = written
    assert read_photo(photo("JPEG", exif=exif)).metadata.copyright == "© Ärchiv"


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("a.png", "a-colorized.jpg"),
        ("a.b.jpeg", "a.b-colorized.jpg"),
        ("", "photo-colorized.jpg"),
        ("../..", "..-colorized.jpg"),
        ('a"b\n.jpg', "ab-colorized.jpg"),
        ("日本.jpg", "日本-colorized.jpg"),
    ],
)
def test_the_result_is_named_after_the_original(name: str, saved: str) -> None:
    assert result_name(stem(name)) == saved


def test_the_textbook_formulas_of_these_tests_agree_with_each_other() -> None:
    for grey in range(0, 256, 15):
        L = float(lightness_of(np.full(3, grey)))
        assert np.abs(srgb_of(L, 0, 0) - grey).max() < 0.5
    assert np.abs(middles(Image.fromarray(stripes()))[:, 0] - [40, 128, 220]).max() == 0
