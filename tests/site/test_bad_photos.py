"""Bad input is normal input: the right status, a sentence, nothing left behind."""

import gc
import resource
import struct
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from tests.fakes import FakeNetwork
from tests.photos import photo, save, stripes

JPEG = photo("JPEG")
PNG = photo("PNG")
COLOUR = save(Image.fromarray(stripes()).convert("RGB"), "JPEG", progressive=True)
NOISE = np.random.default_rng(1).integers(0, 255, (64, 96), np.uint8)
NOISE_JPEG = photo("JPEG", NOISE)
NOISE_PNG = photo("PNG", NOISE)
pytestmark = pytest.mark.django_db


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes, *extra: bytes) -> bytes:
    """An 8-bit grey PNG whose header says what it likes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def jpeg_saying(width: int, height: int) -> bytes:
    """A small JPEG whose frame header claims another size."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def many_scans(count: int) -> bytes:
    """A progressive JPEG with its first scan repeated: each is a pass over the picture."""
    start = COLOUR.index(b"\xff\xda")
    after = COLOUR.index(b"\xff", start + 14)
    while COLOUR[after + 1] in (0, 0xFF):
        after = COLOUR.index(b"\xff", after + 2)
    return COLOUR[:start] + COLOUR[start:after] * count + COLOUR[after:]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


# name -> (file name, content, status, code)
Bad = tuple[str, bytes, int, str]
ROWS = b"\0" * 97 * 64
TRUNCATED: dict[str, Bad] = {
    f"{kind} cut at {percent} %": (f"a.{kind}", data[: len(data) * percent // 100], 422, "damaged")
    for kind, data in {"jpg": NOISE_JPEG, "png": NOISE_PNG}.items()
    for percent in (2, 5, 10, 20, 35, 50, 65, 80, 90, 97)
}
CORPUS: dict[str, Bad] = TRUNCATED | {
    "no bytes": ("a.jpg", b"", 415, "wrong_type"),
    "one byte": ("a.jpg", b"\xff", 415, "wrong_type"),
    "only the JPEG signature": ("a.jpg", b"\xff\xd8\xff", 422, "damaged"),
    "only the PNG signature": ("a.png", PNG[:8], 422, "damaged"),
    "zero bytes": ("a.jpg", bytes(10_000), 415, "wrong_type"),
    "text renamed .jpg": ("a.jpg", b"This is a letter, not a photo.\n" * 50, 415, "wrong_type"),
    "HTML renamed .png": ("a.png", b"<!doctype html><script>1</script>", 415, "wrong_type"),
    "SVG renamed .png": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "wrong_type"),
    "PDF renamed .jpg": ("a.jpg", save(Image.new("L", (64, 64)), "PDF"), 415, "wrong_type"),
    "JPEG renamed .html": ("a.html", JPEG, 415, "wrong_type"),
    "JPEG renamed .jpg.exe": ("a.jpg.exe", JPEG, 415, "wrong_type"),
    "ZIP with a JPEG behind": ("a.jpg", b"PK\x03\x04" + JPEG, 415, "wrong_type"),
    "JPEG after white space": ("a.jpg", b"\n" + JPEG, 415, "wrong_type"),
    "PNG with a wrong checksum": ("a.png", flipped(PNG, 20), 422, "damaged"),
    "PNG with broken pixels": ("a.png", flipped(NOISE_PNG, len(NOISE_PNG) // 2), 422, "damaged"),
    "PNG without pixels": ("a.png", png(96, 64, b""), 422, "damaged"),
    "PNG that says more rows": ("a.png", png(96, 640, ROWS), 422, "damaged"),
    "PNG of no size": ("a.png", png(0, 0, b""), 422, "damaged"),
    "PNG of an odd bit depth": ("a.png", PNG[:24] + b"\x07" + PNG[25:], 422, "damaged"),
    "JPEG of no size": ("a.jpg", jpeg_saying(0, 0), 422, "damaged"),
    "JPEG that says more rows": ("a.jpg", jpeg_saying(96, 64000), 422, "damaged"),
    "JPEG without tables": ("a.jpg", JPEG.replace(b"\xff\xdb", b"\xff\xfe"), 422, "damaged"),
    "JPEG of many scans": ("a.jpg", many_scans(5000), 422, "damaged"),
    "too many pixels, PNG": ("a.png", png(10_100, 10_100, b""), 422, "too_many_pixels"),
    "too many pixels, JPEG": ("a.jpg", jpeg_saying(65000, 65000), 422, "too_many_pixels"),
    "huge PNG header": ("a.png", png(2**31 - 1, 2**31 - 1, b""), 422, "too_many_pixels"),
    "a bomb of zeros": ("a.png", png(30000, 30000, bytes(30_000_000)), 422, "too_many_pixels"),
    "too small": ("a.png", save(Image.new("L", (15, 300))), 422, "too_small"),
    "one pixel": ("a.jpg", save(Image.new("L", (1, 1)), "JPEG"), 422, "too_small"),
    "one long row": ("a.png", save(Image.new("L", (4000, 1))), 422, "too_small"),
    "too long for a JPEG, PNG": ("a.png", png(65_501, 16, b""), 422, "too_long"),
    "too high for a JPEG, JPEG": ("a.jpg", jpeg_saying(16, 65_535), 422, "too_long"),
}


def with_exif(exif: bytes) -> bytes:
    return photo("JPEG", exif=b"Exif\0\0" + exif)


def text_bomb_within_limits() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Copyright", "x" * 100_000)
    return photo("PNG", pnginfo=notes)


# Odd, but a person's photo all the same: colorized.
GOOD: dict[str, tuple[str, bytes]] = {
    "broken EXIF": ("a.jpg", with_exif(b"MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)),
    "EXIF of nonsense": ("a.jpg", with_exif(b"nonsense")),
    "EXIF orientation 77": (
        "a.jpg",
        with_exif(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0M"),
    ),
    "broken profile": ("a.jpg", photo("JPEG", icc_profile=b"\0" * 300)),
    "a cut profile": ("a.png", photo("PNG", icc_profile=b"\0\0\2\x0clcms")),
    "JPEG named .png": ("a.png", JPEG),
    "PNG named .JPG": ("A.JPG", PNG),
    "JPEG with HTML behind": ("a.jpg", JPEG + b"<script>alert(1)</script>"),
    "PNG with a ZIP behind": ("a.png", PNG + b"PK\x05\x06" + bytes(18)),
    "a text bomb": (
        "a.png",
        png(96, 64, ROWS, chunk(b"zTXt", b"Author\0\0" + zlib.compress(bytes(9_000_000)))),
    ),
    "a long comment": ("a.png", text_bomb_within_limits()),
    "name with a path": ("../../etc/passwd.jpg", JPEG),
    "name with control characters": ("a\r\nb\x01.jpg", JPEG),
    "name of 300 letters": ("ä" * 300 + ".jpg", JPEG),
    "no extension": ("photo", JPEG),
    "JPEG renamed .gif": ("a.gif", JPEG),
    "GIF renamed .jpg": ("a.jpg", photo("GIF")),
    "BMP renamed .png": ("a.png", photo("BMP")),
    "TIFF renamed .jpg": ("a.jpg", photo("TIFF")),
    "WebP renamed .jpg": ("a.jpg", photo("WEBP")),
}

Send = Callable[[str, bytes], tuple[int, dict[str, str]]]


@pytest.fixture
def send(client: Client) -> Send:
    def post(name: str, data: bytes) -> tuple[int, dict[str, str]]:
        upload = SimpleUploadedFile(name, data)
        upload.name = name
        response = client.post("/colorize", {"image": upload})
        return response.status_code, response.json()

    return post


@pytest.fixture(autouse=True)
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "100000/min", raising=False)


@pytest.mark.parametrize("name", CORPUS)
def test_a_bad_photo_is_answered_in_words(
    name: str, send: Send, network: FakeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file_name, data, status, code = CORPUS[name]
    answered, body = send(file_name, data)
    assert (answered, body["error"]) == (status, code)
    assert body["message"].endswith((".", ".”")) and len(body["message"]) > 20
    assert body["help"] == f"http://testserver/faq#{code}"
    assert body["request_id"]
    assert not network.shapes
    assert not list(tmp_path.iterdir())


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 40


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_photo_is_colorized_all_the_same(
    name: str, send: Send, network: FakeNetwork
) -> None:
    status, body = send(*GOOD[name])
    assert status == 200, body
    assert body["filename"].endswith("-colorized.jpg")
    assert not set(body["filename"]) & set('/\\\r\n\x01"')


@pytest.mark.slow
def test_bad_photos_leave_no_memory_behind(
    send: Send, network: FakeNetwork, unlogged: None
) -> None:
    """The whole corpus again and again: what it takes at first, it takes for ever."""
    for _ in range(2):
        send_all(send)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(4):
        send_all(send)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 7_000, f"{grown} KiB more than before"


def send_all(send: Send) -> None:
    for file_name, data, *_ in CORPUS.values():
        send(file_name, data)
    gc.collect()
