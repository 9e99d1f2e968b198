"""The kinds of file that a result comes as: pixels, lightness, and what is written beside them."""

import io
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from colorize.engine import outputs
from colorize.engine.exact import rgb8, rgb16
from colorize.engine.limits import Limits
from colorize.engine.marks import SRGB_PROFILE, marks_of
from colorize.engine.metadata import Metadata
from colorize.engine.options import Options
from colorize.engine.outputs import JPEG, OUTPUTS, Output
from colorize.engine.pipeline import Result, colorize
from colorize.engine.render import Coloured
from tests.fakes import FakeNetwork
from tests.photos import GREYS, colourful, lightness_of, middles, opened, photo, save, stripes

EXACT = ("png", "png16", "tiff", "tiff16")
# Inside of sRGB at each of GREYS, and far outside of it where L is dark or light.
PALE = FakeNetwork(faithful=(5, 8), vivid=None)
STRONG = FakeNetwork(faithful=(70, 60), vivid=None)


def coloured(data: bytes, key: str, network: FakeNetwork | None = None) -> Result:
    return colorize(
        data, network or FakeNetwork(), Options(), Limits(), "a.png", output=OUTPUTS[key]
    )


def pixels_of(data: bytes) -> NDArray[Any]:
    """(h, w, 3) RGB at the depth of the file."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(pixels)[..., ::-1]


def deep_scan(height: int = 160, width: int = 120) -> NDArray[np.uint16]:
    """A grey picture with 16 bits that are all needed, from black to white."""
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 65535, height * width).reshape(height, width)
    return np.clip(ramp + rng.normal(0, 400, ramp.shape), 0, 65535).astype(np.uint16)


def lightness_16(values: NDArray[Any]) -> NDArray[np.float64]:
    """L in float64 of 16-bit greys (h, w) or colours (h, w, 3)."""
    colours = values if values.ndim == 3 else np.repeat(values[..., None], 3, axis=2)
    return lightness_of(colours / 257)


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=list(OUTPUTS))
def test_every_kind_is_whole_and_is_what_it_says(output: Output) -> None:
    result = coloured(photo("PNG"), output.key, PALE)
    image = opened(result.content)
    assert Image.MIME[str(image.format)] == output.mime
    assert result.filename == f"a{output.suffix}"
    assert output.name and output.help.endswith(".")
    if output.key != "side-by-side":
        assert image.size == (96, 64) == (result.width, result.height)
        expected = middles(opened(coloured(photo("PNG"), "jpeg", PALE).content))
        assert np.abs(middles(image) - expected).max() < 3


@pytest.mark.parametrize("key", OUTPUTS)
def test_every_kind_says_that_a_network_made_the_colours(key: str) -> None:
    image = opened(coloured(photo("PNG"), key).content)
    image.load()
    exif = image.getexif()
    assert "network colornet" in exif[ExifTags.Base.Software]
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] == 1
    assert image.info["icc_profile"] == SRGB_PROFILE
    xmp = image.info.get("xmp") or image.getxmp()
    assert "compositeWithTrainedAlgorithmicMedia" in str(xmp)


@pytest.mark.parametrize("key", OUTPUTS)
def test_every_kind_keeps_date_artist_and_copyright(key: str) -> None:
    said = Metadata(date="1912-05-01T12:00:00", artist="Anna Grün", copyright="City Archive")
    picture = Coloured(np.full((20, 30), 50, np.float32), np.zeros((5, 8, 2), np.float32))
    picture = replace(picture, original=Image.new("L", (30, 20)))
    with outputs.encode(picture, OUTPUTS[key], marks_of(said, "colornet")) as file:
        exif = opened(file.read()).getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    assert inner[ExifTags.Base.DateTimeOriginal] == "1912:05:01 12:00:00"
    assert exif[ExifTags.Base.Copyright] == said.copyright
    assert exif[ExifTags.Base.Artist].encode("latin-1").decode() == said.artist


@pytest.mark.parametrize("key", ["png16", "tiff16"])
@pytest.mark.parametrize("network", [FakeNetwork(), STRONG], ids=["soft", "strong"])
def test_a_scan_of_16_bits_comes_back_with_its_greys(key: str, network: FakeNetwork) -> None:
    scan = deep_scan()
    pixels = pixels_of(coloured(save(Image.fromarray(scan)), key, network).content)
    assert pixels.dtype == np.uint16 and (pixels.max(axis=2) != pixels.min(axis=2)).mean() > 0.9
    assert np.abs(lightness_16(pixels) - lightness_16(scan)).mean() < 0.01


@pytest.mark.parametrize("key", ["png", "tiff"])
@pytest.mark.parametrize("network", [FakeNetwork(), STRONG], ids=["soft", "strong"])
def test_8_bits_keep_lightness_as_well_as_they_can(key: str, network: FakeNetwork) -> None:
    """Rounding to the nearest value alone is twice as far away."""
    grey = (deep_scan() >> 8).astype(np.uint8)
    pixels = pixels_of(coloured(save(Image.fromarray(grey)), key, network).content)
    assert pixels.dtype == np.uint8
    original = lightness_of(np.repeat(grey[..., None], 3, axis=2))
    assert np.abs(lightness_of(pixels) - original).mean() < 0.04


@pytest.mark.parametrize("keys", [("png", "tiff"), ("png16", "tiff16")])
def test_png_and_tiff_have_the_same_pixels(keys: tuple[str, str]) -> None:
    data = save(colourful(3, 300, 250))
    one, other = (pixels_of(coloured(data, key).content) for key in keys)
    assert np.array_equal(one, other)


def test_colours_that_fit_are_those_that_were_asked_for() -> None:
    L, ab = np.full((1, 2), 60, np.float32), np.full((1, 2, 2), (12, 18), np.float32)
    lab = cv2.cvtColor((rgb16(L, ab) / np.float32(65535)), cv2.COLOR_RGB2Lab)
    assert np.abs(lab - (60, 12, 18)).max() < 0.15


@pytest.mark.parametrize("ab", [(0, 0), (80, 60), (-90, 70), (20, -110)])
def test_colours_that_do_not_fit_lose_chroma_and_keep_their_hue(ab: tuple[int, int]) -> None:
    L = np.linspace(0, 100, 500, dtype=np.float32)[None]
    pixels = rgb16(L, np.full((1, 500, 2), ab, np.float32))
    assert np.abs(lightness_16(pixels) - L).max() < 0.01
    assert np.abs(lightness_of(rgb8(L, np.full((1, 500, 2), ab, np.float32))) - L).max() < 0.3
    lab = cv2.cvtColor(pixels / np.float32(65535), cv2.COLOR_RGB2Lab)[0, 100:400, 1:]
    assert np.hypot(*lab.T).max() <= np.hypot(*ab) + 0.5
    assert ab == (0, 0) or (lab @ np.array(ab) > 0).all()


def test_black_and_white_stay_black_and_white() -> None:
    L, ab = np.array([[0, 100]], np.float32), np.full((1, 2, 2), 40, np.float32)
    assert rgb8(L, ab).tolist() == [[[0, 0, 0], [255, 255, 255]]]
    assert rgb16(L, ab).tolist() == [[[0, 0, 0], [65535, 65535, 65535]]]


def test_before_and_after_are_side_by_side() -> None:
    image = opened(coloured(photo("PNG"), "side-by-side").content).convert("RGB")
    gap = image.width - 2 * 96
    assert image.height == 64 and 0 < gap < 10
    before = middles(image.crop((0, 0, 96, 64)))
    after = middles(image.crop((96 + gap, 0, image.width, 64)))
    assert np.abs(before - np.array(GREYS)[:, None]).max() < 3
    assert (np.ptp(after, axis=1) > 15).all()
    middle = np.asarray(image)[20:40, 96 + gap // 2].astype(int)
    assert np.ptp(middle, axis=1).max() < 8


def test_what_is_before_has_the_geometry_of_what_is_after() -> None:
    """Turned by EXIF, and cropped by an option to the left band, which is dark."""
    data = photo("PNG", np.rot90(stripes()), exif=turned_by(6))
    result = colorize(
        data, FakeNetwork(), Options(crop="0 0 30 100"), Limits(), output=OUTPUTS["side-by-side"]
    )
    image = np.asarray(opened(result.content).convert("L"), int)
    half = result.width
    assert image.shape[0] == result.height == 64
    assert np.abs(image[:, : half - 2] - GREYS[0]).max() < 10


def turned_by(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = number
    return exif


@pytest.mark.parametrize("key", ["webp", "avif", "side-by-side"])
def test_kinds_for_the_web_are_made_smaller(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS, key, replace(OUTPUTS[key], longest=48))
    result = coloured(photo("PNG"), key)
    assert (result.width, result.height) == (48, 32)
    assert opened(result.content).height == 32


@pytest.mark.parametrize("key", EXACT)
def test_a_picture_of_several_bands_is_whole(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    grey = np.tile(np.arange(200, dtype=np.uint8), (131, 1))
    one = pixels_of(coloured(save(Image.fromarray(grey)), key).content)
    monkeypatch.setattr("colorize.engine.planes.BAND_PIXELS", 10 * 200)
    several = coloured(save(Image.fromarray(grey)), key).content
    assert np.array_equal(pixels_of(several), one)
    assert np.array_equal(np.asarray(opened(several).convert("RGB")).shape, (131, 200, 3))


def test_a_large_result_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "IN_MEMORY", 1000)
    result = coloured(photo("PNG"), "tiff16")
    # Only what is on disk has a number there.
    assert isinstance(result.file, SpooledTemporaryFile) and isinstance(result.file.name, int)
    assert opened(result.content).size == (96, 64)
    result.file.close()


def test_a_full_disk_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(OUTPUTS, "jpeg", replace(JPEG, encode=full))
    with pytest.raises(OSError, match="No space"):
        coloured(photo(), "jpeg")


def test_the_same_photo_gives_the_same_file() -> None:
    for key in OUTPUTS:
        assert coloured(photo(), key).content == coloured(photo(), key).content


def written(key: str, size: tuple[int, int]) -> IO[bytes]:
    picture = Coloured(np.full(size, 50, np.float32), np.zeros((2, 2, 2), np.float32))
    return outputs.encode(picture, OUTPUTS[key], marks_of(Metadata(), "colornet"))


@pytest.mark.parametrize("key", EXACT)
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1)])
def test_the_smallest_pictures_are_written_too(key: str, size: tuple[int, int]) -> None:
    with written(key, size) as file:
        assert Image.open(io.BytesIO(file.read())).size == size[::-1]
