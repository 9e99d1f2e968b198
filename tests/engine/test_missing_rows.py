"""A photo that is there but for a small share is coloured, one that is not is refused, whatever the
missing part was replaced by."""

import struct
import zlib
from collections.abc import Callable
from itertools import product

import cv2
import numpy as np
import pytest
from PIL import Image

from colorize.engine.errors import Damaged
from colorize.engine.photo import read_photo
from tests.photos import save

RNG = np.random.default_rng(3)
COARSE = RNG.integers(0, 255, (6, 9, 3)).astype(np.float32)
SMOOTH = cv2.resize(COARSE, (320, 240), interpolation=cv2.INTER_CUBIC)
COLOUR = Image.fromarray(np.clip(SMOOTH + RNG.normal(0, 6, (240, 320, 3)), 0, 255).astype(np.uint8))
GREY = COLOUR.convert("L")
SIXTEEN = Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)
JPEGS = {
    "grey": save(GREY, "JPEG"),
    "colour": save(COLOUR, "JPEG"),
    "without subsampling": save(COLOUR, "JPEG", subsampling=0),
    "optimised": save(COLOUR, "JPEG", optimize=True),
    "progressive": save(COLOUR, "JPEG", progressive=True),
    "progressive grey": save(GREY, "JPEG", progressive=True),
    "CMYK": save(COLOUR.convert("CMYK"), "JPEG"),
    "restarted": save(COLOUR, "JPEG", restart_marker_blocks=7),
    "restarted in every row": save(COLOUR, "JPEG", restart_marker_rows=1),
}


def interlaced(image: Image.Image, depth: int, kind: int) -> bytes:
    """An Adam7 PNG of 8 or 16 bits, its rows unfiltered."""
    pixels = np.asarray(image)
    pixels = pixels.astype(">u2") if depth == 16 else pixels
    steps = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2)]
    rows = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, across in [*steps, (1, 0, 2, 1)]
        for row in pixels[top::down, left::across]
    )
    head = struct.pack(">IIBBBBB", image.width, image.height, depth, kind, 0, 0, 1)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


PNGS = {
    "grey": save(GREY),
    "16-bit grey": save(SIXTEEN),
    "RGB": save(COLOUR),
    "palette": save(COLOUR.convert("P")),
    "one bit": save(GREY.convert("1")),
    "grey and alpha": save(GREY.convert("LA")),
    "RGBA": save(COLOUR.convert("RGBA")),
    "interlaced grey": interlaced(GREY, 8, 0),
    "interlaced 16-bit grey": interlaced(SIXTEEN, 16, 0),
    "interlaced RGB": interlaced(COLOUR, 8, 2),
}
ALL = {f"JPEG, {name}": data for name, data in JPEGS.items()}
ALL |= {f"PNG, {name}": data for name, data in PNGS.items()}
# What is in the place of the missing bytes.
FILLS: dict[str, Callable[[bytes, int], bytes]] = {
    "nothing": lambda data, kept: data[:kept],
    "zeros": lambda data, kept: data[:kept].ljust(len(data), b"\0"),
    "0xFF": lambda data, kept: data[:kept].ljust(len(data), b"\xff"),
    "zeros and more": lambda data, kept: data[:kept].ljust(len(data) + 4096, b"\0"),
}


def is_read(data: bytes) -> bool:
    try:
        read_photo(data)
    except Damaged:
        return False
    return True


@pytest.mark.parametrize("name", ALL)
def test_a_photo_without_its_end_mark_is_whole(name: str) -> None:
    """A JPEG's two bytes; a PNG's last chunk and the checksums before it."""
    data = ALL[name]
    whole = read_photo(data).L
    for kept, (fill, filled) in product(
        [2] if name.startswith("JPEG") else [12, 16, 20], FILLS.items()
    ):
        assert np.array_equal(read_photo(filled(data, len(data) - kept)).L, whole), (kept, fill)


@pytest.mark.parametrize("name", ALL)
def test_a_photo_without_its_last_bytes_is_coloured(name: str) -> None:
    data = ALL[name]
    whole = read_photo(data).L
    for fill, filled in FILLS.items():
        left = read_photo(filled(data, len(data) - len(data) // 200)).L
        assert np.array_equal(left[:200], whole[:200]) or "interlaced" in name, fill


@pytest.mark.parametrize("name", ALL)
def test_a_photo_without_a_part_is_refused(name: str) -> None:
    data = ALL[name]
    for percent, (fill, filled) in product([10, 30, 50, 70, 90, 95], FILLS.items()):
        assert not is_read(filled(data, len(data) * percent // 100)), (percent, fill)


@pytest.mark.parametrize("percent", [30, 60, 95])
@pytest.mark.parametrize("name", [name for name in JPEGS if "progressive" not in name])
def test_a_cut_jpeg_is_not_whole_because_it_is_ended(name: str, percent: int) -> None:
    data = JPEGS[name]
    assert not is_read(data[: len(data) * percent // 100] + b"\xff\xd9")


@pytest.mark.parametrize("name", ["progressive", "progressive grey"])
def test_a_progressive_jpeg_needs_all_its_scans(name: str) -> None:
    data = JPEGS[name]
    last = data.rindex(b"\xff\xda")
    assert not is_read(data[:last] + b"\xff\xd9")


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True}])
def test_a_flat_border_is_not_missing(value: int, options: dict[str, bool]) -> None:
    """Its bits can all be zeros, and mid-grey is what a decoder makes of nothing."""
    bordered = Image.new("L", (320, 480), value)
    bordered.paste(GREY)
    data = save(bordered, "JPEG", **options)
    for whole in (data, data[:-2]):
        assert abs(read_photo(whole).L[-100:].mean() - 100 * value / 255) < 30
        assert is_read(whole)


def bomb(blocks: int) -> bytes:
    """A PNG of 64 x 64 grey pixels with so many megabytes of zeros behind them."""
    packer = zlib.compressobj()
    start = packer.compress(bytes(65 * 64)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    body = b"IDAT" + start + block * blocks
    data = save(Image.new("L", (64, 64)))
    at = data.index(b"IDAT") - 4
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:at] + chunk + data[-12:]


def test_a_png_is_inflated_no_further_than_its_header_allows() -> None:
    """Four gigabytes, of which hardly any are made."""
    assert not is_read(bomb(4000))


def test_a_few_bytes_too_many_do_no_harm() -> None:
    data = save(GREY)
    at = data.index(b"IDAT") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    rows = zlib.decompress(data[at + 8 : at + 8 + size]) + bytes(100)
    body = b"IDAT" + zlib.compress(rows)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    assert np.array_equal(read_photo(data[:at] + chunk + data[-12:]).L, read_photo(data).L)


def test_a_png_altered_inside_is_refused() -> None:
    for data in PNGS.values():
        middle = len(data) // 2
        assert not is_read(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
