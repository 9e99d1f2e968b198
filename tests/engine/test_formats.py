"""Every kind of photo that people have comes out in the colours that it should."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorize import service
from colorize.engine.photo import read_photo
from tests.fakes import FakeNetwork
from tests.photos import GREYS, lightness_of, middles, opened, photo, save, srgb_of, stripes

GREY = Image.fromarray(stripes())
RGB = GREY.convert("RGB")
SIXTEEN = Image.fromarray(stripes().astype(np.uint16) * 257)
PALETTE = GREY.convert("P")


def see_through(mode: str) -> Image.Image:
    """Bands of black whose transparency on white makes them GREYS."""
    image = Image.new(mode, GREY.size, "black")
    image.putalpha(Image.fromarray(255 - stripes()))
    return image


def with_transparent_colour() -> bytes:
    """A palette PNG whose colour 0 is clear: the left band turns white."""
    indexed = Image.fromarray(
        np.repeat(np.repeat(np.array([[0, 1, 2]], np.uint8), 32, 1), 64, 0), "P"
    )
    indexed.putpalette([value for grey in GREYS for value in [grey] * 3])
    return save(indexed, transparency=0)


def few_bits(bits: int) -> bytes:
    """A palette PNG of 1, 2 or 4 bits with two greys of GREYS."""
    indexed = Image.fromarray((stripes() > 100).astype(np.uint8), "P")
    indexed.putpalette([value for grey in GREYS[:2] for value in [grey] * 3])
    return save(indexed, bits=bits)


SAME_GREYS = {
    "grey JPEG": save(GREY, "JPEG"),
    "RGB JPEG": save(RGB, "JPEG"),
    "progressive JPEG": save(RGB, "JPEG", progressive=True),
    "JPEG without subsampling": save(RGB, "JPEG", subsampling=0),
    "CMYK JPEG": save(RGB.convert("CMYK"), "JPEG"),
    "8-bit grey PNG": save(GREY),
    "16-bit grey PNG": save(SIXTEEN),
    "RGB PNG": save(RGB),
    "palette PNG": save(PALETTE),
    "grey and alpha PNG": save(see_through("L")),
    "RGBA PNG": save(see_through("RGB")),
    "opaque RGBA PNG": save(RGB.convert("RGBA")),
}


def colours(data: bytes, name: str = "") -> np.ndarray:
    result = service.colorize(data, service.Options(vividness=0), name)
    return middles(opened(result.content))


def expected(greys: tuple[float, ...] = GREYS) -> np.ndarray:
    """What the fake network's faithful colours make of these greys."""
    return np.array([srgb_of(float(lightness_of([g] * 3)), 10, 20) for g in greys])


@pytest.mark.parametrize("kind", SAME_GREYS)
def test_a_known_picture_gets_the_expected_colours(kind: str, network: FakeNetwork) -> None:
    assert np.abs(colours(SAME_GREYS[kind]) - expected()).max() < 4


def test_one_bit_is_black_and_white(network: FakeNetwork) -> None:
    one_bit = save(Image.fromarray(stripes() > 100))
    assert np.abs(colours(one_bit) - expected((0, 255, 255))).max() < 4


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_small_palettes(bits: int, network: FakeNetwork) -> None:
    assert np.abs(colours(few_bits(bits)) - expected((40, 128, 128))).max() < 4


def test_a_transparent_palette_colour_becomes_white(network: FakeNetwork) -> None:
    assert np.abs(colours(with_transparent_colour()) - expected((255, 128, 220))).max() < 4


def test_sixteen_bits_keep_shades_that_eight_would_lose() -> None:
    ramp = np.arange(20000, 20000 + 64 * 64, dtype=np.uint16).reshape(64, 64)
    L = read_photo(save(Image.fromarray(ramp))).L
    assert len(np.unique(L)) > 3000
    assert np.abs(L - lightness_of(np.dstack([ramp / 257] * 3))).max() < 0.2


@pytest.mark.parametrize("colour", [(200, 30, 30), (30, 160, 60), (20, 40, 200), (250, 240, 10)])
def test_a_colour_photo_keeps_its_lightness_and_gets_new_colours(
    colour: tuple[int, int, int], network: FakeNetwork
) -> None:
    data = save(Image.new("RGB", (64, 64), colour))
    L = float(lightness_of(colour))
    assert np.abs(colours(data) - srgb_of(L, 10, 20)).max() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_exif_orientation_is_applied(kind: str, orientation: int, network: FakeNetwork) -> None:
    """The dark corner, at the top left of the stored pixels, goes where the camera says."""
    pixels = np.full((48, 96), 220, np.uint8)
    pixels[:16, :32] = 40
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = service.colorize(photo(kind, pixels, exif=exif))
    image = opened(result.content)
    turned = orientation > 4
    assert image.size == ((48, 96) if turned else (96, 48))
    assert (result.width, result.height) == image.size
    assert image.getexif().get(0x0112, 1) == 1
    corners = {1: "tl", 2: "tr", 3: "br", 4: "bl", 5: "tl", 6: "tr", 7: "br", 8: "bl"}
    assert darkest_corner(image) == corners[orientation]


def darkest_corner(image: Image.Image) -> str:
    grey = np.asarray(image.convert("L"), float)
    edge = 12
    corner = {
        "tl": grey[:edge, :edge],
        "tr": grey[:edge, -edge:],
        "bl": grey[-edge:, :edge],
        "br": grey[-edge:, -edge:],
    }
    return min(corner, key=lambda name: corner[name].mean())


def lab_profile() -> bytes:
    """A good profile that fits no picture here."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def swapped_profile() -> bytes:
    """An sRGB-like profile with the red and blue primaries exchanged, under another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swap = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    for n in range(int.from_bytes(data[128:132], "big")):
        at = 132 + 12 * n
        tag = bytes(data[at : at + 4])
        data[at : at + 4] = swap.get(tag, tag)
    return bytes(data).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_embedded_profile_is_applied(kind: str, network: FakeNetwork) -> None:
    """With red and blue exchanged, pure red has the lightness of blue."""
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    plain = colours(save(red, kind))
    profiled = colours(save(red, kind, icc_profile=swapped_profile()))
    assert np.abs(plain - srgb_of(float(lightness_of((255, 0, 0))), 10, 20)).max() < 5
    assert np.abs(profiled - srgb_of(float(lightness_of((0, 0, 255))), 10, 20)).max() < 5


@pytest.mark.parametrize("profile", [b"", b"\x00" * 200, b"not a profile", lab_profile()])
def test_a_broken_or_unfitting_profile_is_left_aside(profile: bytes, network: FakeNetwork) -> None:
    for data in (save(RGB, icc_profile=profile), save(GREY, "JPEG", icc_profile=profile)):
        assert np.abs(colours(data) - expected()).max() < 4


def test_a_photo_for_two_eyes_is_read_as_its_first(network: FakeNetwork) -> None:
    buffer = io.BytesIO()
    RGB.save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", RGB.size)])
    assert np.abs(colours(buffer.getvalue(), "stereo.jpg") - expected()).max() < 6


def test_an_animated_png_is_read_as_its_first_picture(network: FakeNetwork) -> None:
    buffer = io.BytesIO()
    RGB.save(buffer, "PNG", save_all=True, append_images=[Image.new("RGB", RGB.size)])
    assert np.abs(colours(buffer.getvalue()) - expected()).max() < 4
