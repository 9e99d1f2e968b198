"""What a photo's numbers mean, and which way up it is: as browsers have it."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageCms

from colorize.engine.photo import read_photo
from colorize.engine.profiles import SRGB, SRGB_CHROMATICITIES, is_srgb, profile_from
from colorize.engine.thumbnails import thumbnails
from colorize.evaluation.run import read_lab
from tests.conftest import ROOT
from tests.photos import lightness_of, save

CASES = ROOT / "tests/cases"
ADOBE = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
RAMP = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (64, 1))
COLOURS = np.dstack([RAMP, RAMP.T, 255 - RAMP])


def case(name: str) -> bytes:
    return (CASES / name).read_bytes()


def png(image: Image.Image, *chunks: tuple[bytes, bytes]) -> bytes:
    """With these chunks after its header."""
    data = save(image, "PNG")
    return data[:33] + written(*chunks) + data[33:]


def put_together(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + written(*chunks)


def written(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def gama(gamma: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(gamma * 100_000))


def chrm(values: tuple[float, ...]) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values))


def decoded(rgb: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """sRGB 0..255 of numbers that stand for light to this power."""
    linear = (np.asarray(rgb) / 255) ** (1 / gamma)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("gamma", [0.3, 0.5, 0.8, 1.0])
def test_a_png_of_another_gamma_is_as_light_as_in_a_browser(gamma: float) -> None:
    grey = read_photo(png(Image.fromarray(RAMP), gama(gamma))).L
    colour = read_photo(png(Image.fromarray(COLOURS), gama(gamma))).L
    wanted = decoded(np.dstack([RAMP] * 3), gamma)
    assert np.abs(grey - lightness_of(wanted)).max() < 0.6
    assert np.abs(colour - lightness_of(decoded(COLOURS, gamma))).max() < 0.6


def test_a_palette_and_sixteen_bits_have_a_gamma_too() -> None:
    palette = Image.fromarray(RAMP).convert("P")
    deep = Image.fromarray(RAMP.astype(np.uint16) * 257)
    wanted = lightness_of(decoded(np.dstack([RAMP] * 3), 1.0))
    for image in (palette, deep):
        assert np.abs(read_photo(png(image, gama(1.0))).L - wanted).max() < 0.6


def test_primaries_count_beside_a_gamma_and_not_alone() -> None:
    plain = read_photo(png(Image.fromarray(COLOURS))).L
    alone = read_photo(png(Image.fromarray(COLOURS), chrm(ADOBE))).L
    both = read_photo(png(Image.fromarray(COLOURS), gama(0.45455), chrm(ADOBE))).L
    assert np.array_equal(alone, plain)
    assert np.abs(both - plain).max() > 3


def test_a_png_that_says_it_is_srgb_is() -> None:
    plain = read_photo(png(Image.fromarray(COLOURS))).L
    said = read_photo(png(Image.fromarray(COLOURS), (b"sRGB", b"\0"), gama(1.0))).L
    assert np.array_equal(said, plain)


@pytest.mark.parametrize(
    "aside",
    [(b"sRGB", b"\x09"), (b"iCCP", b"x\0\0" + zlib.compress(b"nonsense" * 30))],
)
def test_what_comes_before_gamma_and_is_broken_is_left_aside(aside: tuple[bytes, bytes]) -> None:
    found = read_photo(png(Image.fromarray(COLOURS), aside, gama(1.0))).L
    assert np.abs(found - lightness_of(decoded(COLOURS, 1.0))).max() < 0.6


@pytest.mark.parametrize("values", [(0.0,) * 8, (0.3,) * 8, (0.3127, 0, 0.6, 0, 0.3, 0, 0.1, 0)])
def test_primaries_that_are_none_are_left_aside(values: tuple[float, ...]) -> None:
    plain = read_photo(png(Image.fromarray(COLOURS))).L
    assert np.array_equal(
        read_photo(png(Image.fromarray(COLOURS), gama(1.0), chrm(values))).L, plain
    )


def test_a_half_clear_pixel_is_mixed_with_white_after_its_gamma() -> None:
    clear = Image.fromarray(np.dstack([COLOURS, np.full_like(RAMP, 128)]))
    found = read_photo(png(clear, gama(1.0))).L
    wanted = (128 * decoded(COLOURS, 1.0) + 127 * 255) / 255
    assert np.abs(found - lightness_of(wanted)).max() < 0.8


def test_a_profile_is_judged_by_what_it_does() -> None:
    assert is_srgb(ImageCms.ImageCmsProfile(SRGB).tobytes())
    assert not is_srgb(profile_from(1.0, SRGB_CHROMATICITIES))
    assert not is_srgb(profile_from(2.2, ADOBE))
    photo = case("jpeg-profile-described-sRGBlin-but-linear.jpg")
    numbers = np.asarray(Image.open(io.BytesIO(photo)))
    assert np.abs(read_photo(photo).L - lightness_of(decoded(numbers, 1.0))).mean() < 0.3


@pytest.mark.parametrize(
    "name", ["jpeg-orientation-in-xmp-only.jpg", "png-orientation-in-raw-profile-text.png"]
)
def test_what_browsers_do_not_turn_stays(name: str) -> None:
    assert_all_alike(case(name), Image.open(CASES / name).size)


def exif(kind: int, value: bytes, count: int = 1) -> bytes:
    """EXIF of one orientation of this type and of so many values."""
    head = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12"
    return head + struct.pack(">HI", kind, count) + value + bytes(4)


@pytest.mark.parametrize(
    ("kind", "value", "turns"), [(3, b"\0\6\0\0", True), (4, b"\0\0\0\6", False)]
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_only_a_short_turns_a_photo(kind: int, value: bytes, turns: bool, format_: str) -> None:
    photo = save(Image.new("L", (96, 64), 90), format_, exif=exif(kind, value))
    assert_all_alike(photo, (64, 96) if turns else (96, 64))


@pytest.mark.parametrize("count", [0, 2])
def test_only_one_value_turns_a_photo(count: int) -> None:
    photo = save(Image.new("L", (96, 64), 90), "JPEG", exif=exif(3, b"\0\6\0\6", count))
    assert_all_alike(photo, (96, 64))


def test_an_orientation_counts_where_the_end_of_the_exif_is_cut_off() -> None:
    photo = save(Image.new("L", (96, 64), 90), "JPEG", exif=exif(3, b"\0\6\0\0")[:-4])
    assert_all_alike(photo, (64, 96))


def assert_all_alike(photo: bytes, size: tuple[int, int]) -> None:
    """The lightness, the thumbnails and what is measured are of one shape."""
    L = read_photo(photo).L
    (small,) = thumbnails(photo, [size[0]])
    truth = read_lab(photo, min(size))
    assert L.shape[::-1] == size
    assert truth.shape[1::-1] == size
    thumbnail = Image.open(io.BytesIO(small))
    assert thumbnail.width / thumbnail.height == pytest.approx(size[0] / size[1], rel=0.05)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_turn_is_pillows(number: int) -> None:
    from PIL import ImageOps

    pixels = np.arange(96 * 64, dtype=np.uint16).reshape(64, 96) % 251
    photo = save(
        Image.fromarray(pixels.astype(np.uint8)), "PNG", exif=exif(3, bytes([0, number, 0, 0]))
    )
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(photo))))
    assert np.abs(read_photo(photo).L - lightness_of(np.dstack([upright] * 3))).max() < 0.1


def test_sixteen_bit_grey_is_white_where_it_is_transparent() -> None:
    photo = case("png-grey16-with-transparent-value.png")
    numbers = np.asarray(Image.open(io.BytesIO(photo)))
    L = read_photo(photo).L
    assert (numbers == 1234).any()
    assert (L[numbers == 1234] == 100).all()
    assert (L[numbers != 1234] < 100).any()


@pytest.mark.parametrize(
    ("kind", "depth", "pixel", "value"),
    [
        (0, 1, b"\xff", b"\0\1"),
        (0, 2, b"\x55", b"\0\1"),
        (0, 4, b"\x55", b"\0\5"),
        (0, 8, b"\x55", b"\0\x55"),
        (0, 16, b"\x55\x11", b"\x55\x11"),
        (2, 8, b"\1\2\3", b"\0\1\0\2\0\3"),
        (2, 16, b"\1\0\2\0\3\0", b"\1\0\2\0\3\0"),
    ],
)
def test_a_transparent_value_is_white_at_every_depth(
    kind: int, depth: int, pixel: bytes, value: bytes
) -> None:
    """And counts before the pixels alone, as browsers have it."""
    row = b"\0" + pixel * (32 * depth * (3 if kind else 1) // 8 // len(pixel))
    head = (b"IHDR", struct.pack(">IIBBBBB", 32, 32, depth, kind, 0, 0, 0))
    pixels, clear, end = (b"IDAT", zlib.compress(row * 32)), (b"tRNS", value), (b"IEND", b"")
    assert (read_photo(put_together(head, clear, pixels, end)).L == 100).all()
    late = read_photo(put_together(head, pixels, clear, end)).L
    assert (late < 100).all() or depth == 1


def test_an_orientation_behind_the_pixels_of_a_png_is_left_aside() -> None:
    photo = save(Image.new("L", (96, 64), 90), "PNG")
    late = written((b"eXIf", exif(3, b"\0\6\0\0")[6:]))
    assert_all_alike(photo[:-12] + late + photo[-12:], (96, 64))


def test_thumbnails_of_a_large_picture_are_of_the_whole_of_it() -> None:
    pixels = np.zeros((1203, 901, 4), np.uint8)
    pixels[600:, :, :3], pixels[..., 3] = 255, 255
    (small,) = thumbnails(save(Image.fromarray(pixels), "PNG"), [100])
    seen: NDArray[Any] = np.asarray(Image.open(io.BytesIO(small)))
    assert seen.shape[:2] == (100, 75)
    assert seen[:45].max() < 30
    assert seen[55:].min() > 225
