"""WebP, AVIF, HEIC, JPEG 2000, BMP and GIF; and damaged files of every kind."""

import io
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from PIL import Image

from colorize.engine.concurrency import pixel_count
from colorize.engine.errors import Damaged, TooManyPixels
from colorize.engine.formats import HEIC, PHOTOS, photo_kind
from colorize.engine.photo import read_file, read_photo
from tests.conftest import ROOT
from tests.engine.damage import try_damaged
from tests.engine.test_formats import swapped_profile
from tests.photos import GREYS, colourful, lightness_of, save, stripes

GREY = Image.fromarray(stripes())
RGB = GREY.convert("RGB")
OTHERS = [kind.name for kind in PHOTOS if kind.name not in ("JPEG", "PNG", "TIFF")]
# Of these, properties of the file's own say how it is turned.
TURNED = ["AVIF", *["HEIC"] * (HEIC in PHOTOS)]
PROFILED = ["WebP", *TURNED]


def see_through(kind: str) -> bytes:
    """Bands of black whose transparency on white makes them GREYS."""
    image = Image.new("RGB", GREY.size, "black")
    image.putalpha(Image.fromarray(255 - stripes()))
    return save(image, kind, **({"lossless": True} if kind == "WebP" else {}))


def with_corner() -> Image.Image:
    """Dark at the top left."""
    image = Image.new("RGB", (96, 48), (220, 220, 220))
    image.paste((40, 40, 40), (0, 0, 32, 16))
    return image


def exif(orientation: int, tag: int = 0x0112) -> bytes:
    tags = Image.Exif()
    tags[tag], tags[0x013B] = orientation, "Ada"
    return tags.tobytes()


def bands_of(data: bytes) -> np.ndarray:
    return read_photo(data).L[32, [16, 48, 80]]


def expected(greys: tuple[float, ...] = GREYS) -> np.ndarray:
    return np.array([float(lightness_of([grey] * 3)) for grey in greys])


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("image", [GREY, RGB])
def test_they_show_the_same_as_a_jpeg(kind: str, image: Image.Image) -> None:
    data = save(image, kind)
    assert photo_kind(data) in PHOTOS
    assert np.abs(bands_of(data) - expected()).max() < 1.5
    assert pixel_count(data) in (96 * 64, 2 * 96 * 64)


@pytest.mark.parametrize("kind", [*PROFILED, "JPEG 2000"])
def test_transparency_becomes_white(kind: str) -> None:
    assert np.abs(bands_of(see_through(kind)) - expected()).max() < 2


def test_a_transparent_colour_of_a_gif_becomes_white() -> None:
    indexed = Image.fromarray(
        np.repeat(np.repeat(np.array([[0, 1, 2]], np.uint8), 32, 1), 64, 0), "P"
    )
    indexed.putpalette([value for grey in GREYS for value in [grey] * 3])
    found = bands_of(save(indexed, "GIF", transparency=0))
    assert np.abs(found - expected((255, 128, 220))).max() < 0.5


@pytest.mark.parametrize("kind", PROFILED)
def test_an_embedded_profile_is_applied(kind: str) -> None:
    """With red and blue exchanged, pure red has the lightness of blue."""
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    L = read_photo(save(red, kind, icc_profile=swapped_profile())).L
    assert np.abs(L - lightness_of((0, 0, 255))).max() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", TURNED)
def test_it_is_turned_once(kind: str, orientation: int) -> None:
    L = read_photo(save(with_corner(), kind, exif=exif(orientation))).L
    assert L.shape == ((48, 96) if orientation <= 4 else (96, 48))
    corners = {"tl": L[:8, :8], "tr": L[:8, -8:], "bl": L[-8:, :8], "br": L[-8:, -8:]}
    dark = {1: "tl", 2: "tr", 3: "br", 4: "bl", 5: "tl", 6: "tr", 7: "br", 8: "bl"}
    assert min(corners, key=lambda name: corners[name].mean()) == dark[orientation]


@pytest.mark.parametrize("kind", TURNED)
def test_exif_alone_does_not_turn_it(kind: str) -> None:
    data = save(with_corner(), kind, exif=exif(6, tag=0x0113))
    assert b"\x01\x13\0\3" in data
    data = data.replace(b"\x01\x13\0\3", b"\x01\x12\0\3")
    assert read_photo(data).L.shape == (48, 96)


def test_a_webp_is_not_turned_as_browsers_do_not_turn_it() -> None:
    photo = read_photo(save(with_corner(), "WebP", exif=exif(6)))
    assert photo.L.shape == (48, 96) and photo.metadata.artist == "Ada"


@pytest.mark.parametrize("kind", PROFILED)
def test_metadata_are_read(kind: str) -> None:
    assert read_photo(save(RGB, kind, exif=exif(1))).metadata.artist == "Ada"


@pytest.mark.parametrize("kind", PROFILED)
def test_broken_metadata_do_no_harm(kind: str) -> None:
    data = save(RGB, kind, exif=exif(1)).replace(b"MM\0*", b"\xff" * 4).replace(b"II*\0", b"\0" * 4)
    assert np.abs(bands_of(data) - expected()).max() < 1.5


@pytest.mark.parametrize("kind", ["WebP", "AVIF", "GIF"])
def test_of_an_animation_the_first_picture_is_read(kind: str) -> None:
    buffer = io.BytesIO()
    black = Image.new("RGB", RGB.size)
    RGB.save(buffer, kind, save_all=True, append_images=[black])
    assert np.abs(bands_of(buffer.getvalue()) - expected()).max() < 1.5


def test_sixteen_bits_of_a_jpeg_2000_are_kept() -> None:
    ramp = np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64)
    L = read_photo(save(Image.fromarray(ramp), "JPEG 2000")).L
    assert len(np.unique(L)) > 3000


@pytest.mark.parametrize("kind", ["GIF", "BMP", "JPEG 2000"])
def test_a_size_that_is_too_large_is_refused_before_decoding(kind: str) -> None:
    data = bytearray(save(GREY, kind))
    place, order, length = {"GIF": (6, "little", 2), "BMP": (18, "little", 4)}.get(
        kind, (data.find(b"\xff\x51") + 6, "big", 4)
    )
    if kind == "JPEG 2000":
        box = data.find(b"ihdr") + 4
        data[box : box + 8] = (60_000).to_bytes(4, "big") * 2
    data[place : place + 2 * length] = (60_000).to_bytes(length, order) * 2  # type: ignore[arg-type]
    with pytest.raises(TooManyPixels):
        read_photo(bytes(data))


def jpeg_2000(side: int, **blocks: tuple[int, int]) -> bytes:
    """Of a few bytes; its header says that the picture has these sides."""
    data = bytearray(save(GREY, "JPEG 2000", no_jp2=True, **blocks))
    size = data.index(b"\xff\x51")
    for place in (6, 22):
        data[size + place : size + place + 8] = side.to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize("small", ["codeblock_size", "precinct_size"])
def test_tiny_blocks_in_a_large_jpeg_2000_are_refused(small: str) -> None:
    """The decoder would take gigabytes for a file of 200 bytes."""
    read_file(jpeg_2000(9000)).check()
    with pytest.raises(Damaged):
        read_file(jpeg_2000(9000, **{small: (8, 8)})).check()


def test_small_precincts_of_small_levels_are_read() -> None:
    data = save(
        colourful(1).resize((1200, 1000)), "JPEG 2000", num_resolutions=6, precinct_size=(128, 128)
    )
    assert read_photo(data).width == 1200


def test_transparency_in_a_jpeg_2000_takes_more_room() -> None:
    assert pixel_count(save(RGB.convert("RGBA"), "JPEG 2000")) == 3 * 64 * 96


def test_a_gif_of_endless_notes_is_damaged() -> None:
    """Each is read piece by piece before the size is known to be good."""
    data = save(GREY, "GIF")
    start = data.index(b",", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    for note in (b"!\xfe" + b"\x01a" * 100_000 + b"\0", b"!\xfe\x01a\0" * 100_000, b"x" * 100_000):
        with pytest.raises(Damaged):
            read_file(data[:start] + note + data[start:])


def test_a_bmp_with_more_runs_than_pixels_is_damaged() -> None:
    data = bytearray(save(GREY, "BMP"))
    data[30] = 1
    with pytest.raises(Damaged):
        read_file(bytes(data) + bytes(100_000)).check()


@pytest.mark.parametrize("kind", [kind.name for kind in PHOTOS])
@pytest.mark.parametrize("percent", [10, 50, 90])
def test_a_cut_one_is_damaged(kind: str, percent: int) -> None:
    data = save(colourful(1), kind)
    with pytest.raises(Damaged):
        read_photo(data[: len(data) * percent // 100])


@pytest.mark.parametrize("kind", PHOTOS, ids=lambda kind: kind.name)
def test_damaged_ones_are_read_or_refused_in_words(kind: Any) -> None:
    with warnings.catch_warnings(action="ignore"):
        try_damaged(kind, 10)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind.name for kind in PHOTOS])
def test_many_damaged_ones_neither_crash_nor_hang(kind: str) -> None:
    """In a process of its own, which a crash of a decoder would end."""
    program = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from colorize.engine.formats import PHOTOS\n"
        "from tests.engine.damage import try_damaged\n"
        f"try_damaged(next(kind for kind in PHOTOS if kind.name == {kind!r}), 150)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, timeout=300, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
