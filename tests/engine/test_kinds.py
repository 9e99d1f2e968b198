"""What a file is, by its content; and what it may be called."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from colorize.engine.errors import WrongType
from colorize.engine.filenames import result_name, stem
from colorize.engine.formats import HEIC, OTHERS, PHOTOS, check_type, fits, photo_kind
from tests.conftest import ROOT
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import photo, save

pytestmark = pytest.mark.django_db
CASES = ROOT / "tests/cases"
DATED = CASES / "name with a date and no ending 1.5.1932"
APPLE_DOUBLE = CASES / "._apple-double.jpg"

# Names that people's photos have.
ODD_NAMES = [
    "Oma 1.5.1932",
    "scan.001",
    "photo.jpg (1)",
    "photo.jpg.download",
    "a.pjpeg",
    "a.jif",
    "a.mpo",
    "IMG_0001.HEIC",
    "a.tif",
    "a.txt",
    "a.bin",
    "a.",
    ".jpg",
    "Dr. Meyer",
    "no ending",
    "日本.写真",
]
REFUSED = ["a.exe", "a.jpg.EXE", "a.html", "a.SVG", "a.php", "a.js", "a.bat. ", "a.exe .", ".htm"]


def ftyp(brand: bytes, *others: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + b"\0\0\0\0" + b"".join(others) + bytes(100)


def small(kind: str) -> bytes:
    return save(Image.new("L", (64, 64)), kind)


# What is told apart by its first bytes, though the rest is missing.
STARTS = {
    "HEIC": ftyp(b"heic", b"mif1"),
    "HEIC that says mif1": ftyp(b"mif1", b"mif1heic"),
    "AVIF": ftyp(b"avif", b"mif1"),
    "AVIF that says mif1": ftyp(b"mif1", b"mif1avif"),
    "TIFF": b"II*\0" + bytes(100),
    "TIFF of a Mac": b"MM\0*" + bytes(100),
    "TIFF, large": b"II+\0\x08\0\0\0" + bytes(100),
    "WebP": small("WEBP"),
    "GIF": small("GIF"),
    "BMP": small("BMP"),
    "JPEG 2000": small("JPEG2000"),
}
KINDS = {
    "video": ftyp(b"isom"),
    "raw": ftyp(b"crx "),
    "raw of Canon": b"II*\0\x10\0\0\0CR\2\0" + bytes(100),
    "raw of Panasonic": b"IIU\0" + bytes(100),
    "JPEG XL": b"\xff\x0a" + bytes(100),
    "PDF": small("PDF"),
    "Photoshop": b"8BPS" + bytes(100),
    "archive": b"PK\x03\x04" + bytes(100),
    "empty": b"",
    "macOS": APPLE_DOUBLE.read_bytes(),
    "web page": b"<!doctype html><p>Hello",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}


@pytest.fixture
def send(client: Client, network: FakeNetwork) -> Any:
    def post(name: str, data: bytes, path: str = "/colorize") -> Any:
        upload = SimpleUploadedFile("x", data)
        upload.name = name
        return client.post(path, {"image": upload})

    return post


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_content_decides_and_not_the_name(name: str, send: Any) -> None:
    for data in (photo("JPEG"), photo("PNG")):
        assert send(name, data).status_code == 200
        assert send(name, data, "/").status_code == 200


def test_the_api_takes_any_name_too(owner: User, network: FakeNetwork) -> None:
    api = Api(owner)
    for number, name in enumerate(ODD_NAMES):
        pixels = Image.new("L", (64, 64), number)
        answer = api.upload(image=SimpleUploadedFile(name, save(pixels, "JPEG")))
        assert answer.status_code == 201, (name, answer.json())


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_of_a_program_or_a_page_is_refused(name: str, send: Any) -> None:
    answer = send(name, photo("JPEG"))
    assert (answer.status_code, answer.json()["error"]) == (415, "wrong_type")
    assert "named like a program or a web page" in answer.json()["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_are_told_by_their_name_and_what_to_do(kind: str, send: Any) -> None:
    """Under the ending of a photo, under their own and under none."""
    for name in ("a.jpg", f"a.{kind[:4].lower()}", "a"):
        answer = send(name, KINDS[kind])
        assert (answer.status_code, answer.json()["error"]) == (415, "wrong_type")
        message = answer.json()["message"]
        assert kind.split()[0] in message.replace("an ", "")
        assert re.search(r"(Save|Export|Choose|Open|Copy|Take) ", message)


def test_what_nobody_knows_is_no_photo(send: Any) -> None:
    message = send("a.jpg", b"Dear Sir").json()["message"]
    assert (
        message
        == "This is not a photo that can be read here. Save a copy as JPEG or PNG and try again."
    )


def test_the_photo_with_a_date_for_its_ending(send: Any) -> None:
    answer = send("Oma 1.5.1932", DATED.read_bytes())
    assert answer.status_code == 200
    assert answer.json()["filename"] == "Oma 1.5.1932-colorized.jpg"


def test_every_kind_is_told_from_every_other() -> None:
    starts = STARTS | {"JPEG": photo("JPEG"), "PNG": photo("PNG")}
    for name, data in starts.items():
        kind = photo_kind(data)
        assert kind and kind.name == re.split(r" that| of|,", name)[0]
        assert check_type(data, "a.jpg") == kind
        assert [other for other in PHOTOS if fits(other.pattern, data)] in ([kind], [kind, HEIC])


def test_without_its_library_a_heic_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    without = tuple(kind for kind in PHOTOS if kind != HEIC)
    monkeypatch.setattr("colorize.engine.formats.PHOTOS", without)
    with pytest.raises(WrongType) as refused:
        check_type(STARTS["HEIC"], "IMG_1.HEIC")
    assert "a HEIC photo, the kind that iPhones take" in refused.value.message
    assert "export it as JPEG" in refused.value.message


def test_the_page_tells_kinds_by_the_same_patterns(client: Client) -> None:
    page = client.get("/").content.decode()
    found = re.search(r"data-photo-limits hidden><script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert found
    limits = json.loads(found[1])
    assert [kind["pattern"] for kind in limits["others"]] == [kind.pattern for kind in OTHERS]
    assert ".exe" in limits["refused"]


def test_the_form_lets_any_file_be_chosen(client: Client) -> None:
    """A list of types would grey out a photo whose name has no ending of one."""
    page = client.get("/").content.decode()
    field = re.search(r'<input type="file"[^>]*id="image"[^>]*>', page)
    assert field and "accept" not in field[0]


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Oma 1.5.1932", "Oma 1.5.1932-colorized.jpg"),
        ("scan.001", "scan.001-colorized.jpg"),
        ("photo.jpg (1)", "photo.jpg (1)-colorized.jpg"),
        ("a.HEIC", "a-colorized.jpg"),
        ("a.b.pjpeg", "a.b-colorized.jpg"),
        (r"C:\scans\a.jpg", "a-colorized.jpg"),
        ("caf\udce9.jpg", "café-colorized.jpg"),
        (" .jpg", "photo-colorized.jpg"),
    ],
)
def test_only_the_ending_of_a_picture_is_taken_off(name: str, result: str) -> None:
    assert result_name(stem(name)) == result


@pytest.mark.parametrize("letter", ["a", "ä", "日", "😀"])
def test_long_names_are_cut_by_bytes_between_letters(letter: str) -> None:
    name = result_name(stem(letter * 255 + ".jpg"))
    assert 252 <= len(name.encode()) <= 255
    assert name.removesuffix("-colorized.jpg").strip(letter) == ""


def test_the_title_in_the_gallery_keeps_the_date(owner: User, network: FakeNetwork) -> None:
    answer = Api(owner).upload(image=SimpleUploadedFile(DATED.name, DATED.read_bytes()))
    assert answer.json()["title"] == DATED.name
