"""Metadata may be broken in any way: the picture is coloured, and what is not broken is heard."""

import random
import struct
import zlib
from itertools import product

import numpy as np
import pytest
from PIL import ExifTags, Image

from colorize.engine.photo import read_photo
from colorize.service import make_thumbnails
from tests.engine.test_formats import swapped_profile
from tests.photos import photo, save, stripes

EXIF = Image.Exif()
EXIF[ExifTags.Base.Artist] = "Anna"
JPEG = photo("JPEG", exif=EXIF)
PNG = photo("PNG", exif=EXIF)
JUNK = {
    "nothing": b"",
    "one byte": b"\0",
    "zeros": bytes(40),
    "0xFF": b"\xff" * 40,
    "noise": random.Random(1).randbytes(300),
    "text": b"a\0\0\0\0" + b"b" * 40,
    "end and scan markers": b"\xff\xd9\xff\xda" * 40,
    "a bomb": b"Author\0\0" + zlib.compress(bytes(20_000_000)),
    "a compressed bomb of text": b"Author\0\1\0\0\0" + zlib.compress(bytes(20_000_000)),
    "not zlib": b"Author\0\0nothing",
    "another compression": b"Author\0\7" + zlib.compress(b"Anna"),
    "over a megabyte": b"Author\0" + b"x" * 1_200_000,
}
CHUNKS = ["tEXt", "zTXt", "iTXt", "iCCP", "sRGB", "gAMA", "cHRM", "pHYs", "tIME", "bKGD", "sBIT"]
CHUNKS += ["hIST", "sPLT", "eXIf", "acTL", "fcTL", "fdAT", "cICP", "mDCV", "prVt", "tRNS"]
SEGMENTS = {
    "JFIF": (0xE0, b"JFIF\0"),
    "JFXX": (0xE0, b"JFXX\0"),
    "EXIF": (0xE1, b"Exif\0\0"),
    "XMP": (0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
    "profile": (0xE2, b"ICC_PROFILE\0"),
    "several pictures": (0xE2, b"MPF\0"),
    "FlashPix": (0xE2, b"FPXR\0"),
    "Photoshop": (0xED, b"Photoshop 3.0\0"),
    "Photoshop with a resource": (0xED, b"Photoshop 3.0\x008BIM\4\4\0\0"),
    "Adobe": (0xEE, b"Adobe"),
    "comment": (0xFE, b""),
    "unknown": (0xE9, b""),
}


def chunk(kind: str, body: bytes, checksum: int = 0, length: int = 0) -> bytes:
    """With `checksum` and `length` added to the right ones."""
    data = kind.encode() + body
    right = zlib.crc32(data) + checksum
    return struct.pack(">I", len(body) + length) + data + struct.pack(">I", right & 0xFFFFFFFF)


def segment(marker: int, body: bytes) -> bytes:
    body = body[:65_533]
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def reads_well(data: bytes) -> bool:
    read = read_photo(data)
    pixels = np.asarray(Image.fromarray(stripes()))
    assert read.L.shape == pixels.shape
    middle = read.L[32, [16, 48, 80]]
    assert np.abs(middle - [16.0, 53.6, 87.7]).max() < 1, middle
    assert make_thumbnails(data, [32])
    return read.metadata.artist == "Anna"


@pytest.mark.parametrize("kind", CHUNKS)
def test_a_png_with_a_broken_chunk(kind: str) -> None:
    before, after = PNG.index(b"IDAT") - 4, PNG.index(b"IEND") - 4
    for at, checksum, (name, junk) in product((before, after), (0, 1), JUNK.items()):
        broken = chunk(kind, junk, checksum)
        assert reads_well(PNG[:at] + broken + PNG[at:]), (at, checksum, name)


@pytest.mark.parametrize("kind", CHUNKS)
def test_a_png_with_a_chunk_of_a_wrong_length(kind: str) -> None:
    at = PNG.index(b"IDAT") - 4
    for length in (-3, 3, 1000, 2**31):
        reads_well(PNG[:at] + chunk(kind, b"abcdefgh", length=length) + PNG[at:])


@pytest.mark.parametrize("kind", SEGMENTS)
def test_a_jpeg_with_a_broken_segment(kind: str) -> None:
    marker, head = SEGMENTS[kind]
    for at, (name, junk) in product((2, JPEG.index(b"\xff\xda")), JUNK.items()):
        broken = segment(marker, head + junk)
        assert reads_well(JPEG[:at] + broken + JPEG[at:]), (at, name)


@pytest.mark.parametrize("kind", SEGMENTS)
def test_a_jpeg_with_a_short_segment(kind: str) -> None:
    marker, head = SEGMENTS[kind]
    for size in range(14):
        reads_well(JPEG[:2] + segment(marker, head[:size]) + JPEG[2:])


def test_a_profile_over_a_megabyte_is_applied() -> None:
    """Filled up behind its end, as some scanners' are."""
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    profile = swapped_profile()
    large = profile + random.Random(1).randbytes(1_500_000)
    large = struct.pack(">I", len(large)) + large[4:]
    small = read_photo(save(red, icc_profile=profile)).L
    assert np.abs(read_photo(save(red, icc_profile=large)).L - small).max() < 0.1


@pytest.mark.parametrize("trailer", [b"\0" * 5000, b"\xff\xda" * 5000, JPEG, PNG, b"ftypmp42"])
@pytest.mark.parametrize("photo", [JPEG, PNG])
def test_what_follows_a_photo_does_not_count(photo: bytes, trailer: bytes) -> None:
    assert reads_well(photo + trailer)


def test_a_text_is_no_setting() -> None:
    """A text whose keyword is the name of something that the decoder knows."""
    at = PNG.index(b"IDAT") - 4
    texts = b"".join(
        chunk("tEXt", name.encode() + b"\0text")
        for name in ("transparency", "gamma", "icc_profile", "srgb", "exif", "interlace", "bbox")
    )
    assert reads_well(PNG[:at] + texts + PNG[at:])
