"""Forms byte for byte, as programs of all kinds send them."""

import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from colorize.web.multipart import OrderedForm
from gallery.models import Picture
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import photo

pytestmark = pytest.mark.django_db
KIND = "multipart/form-data; boundary=edge"
JPEG = photo("JPEG")

# What stands in the head of the part -> how the result is called.
NAMES: dict[str, tuple[bytes, str]] = {
    "plain": (b'filename="Oma.jpg"', "Oma"),
    "no quotes": (b"filename=Oma.jpg", "Oma"),
    "UTF-8": ('filename="Großmama.jpg"'.encode(), "Großmama"),
    "Latin-1": ('filename="Großmama.jpg"'.encode("latin-1"), "Großmama"),
    "Windows": ('filename="Oma – 1932.jpg"'.encode("cp1252"), "Oma – 1932"),
    "neither": (b'filename="Oma \x81\x8d.jpg"', "Oma \ufffd\ufffd"),
    "UTF-8 cut in a letter": (b'filename="Oma \xe6\x97.jpg"', "Oma æ—"),
    "RFC 5987": (b"filename*=UTF-8''Gro%C3%9Fmama.jpg", "Großmama"),
    "RFC 5987, Latin-1": (b"filename*=iso-8859-1'de'Gro%DFmama.jpg", "Großmama"),
    "RFC 5987, of no charset": (b"filename*=klingon''Oma.jpg", "Oma"),
    "RFC 5987 that is none": (b"filename*=Oma.jpg", "Oma"),
    "RFC 2231": (b'filename*0="Gross"; filename*1="mama.jpg"', "Grossmama"),
    "RFC 2231 and 5987": (b"filename*0*=UTF-8''Gro%C3%9F; filename*1*=mama.jpg", "Großmama"),
    "both": (b"filename=\"Grossmama.jpg\"; filename*=UTF-8''Gro%C3%9Fmama.jpg", "Großmama"),
    "quotes, as curl": (rb'filename="\"Oma\" 1932.jpg"', "Oma 1932"),
    "quotes, as browsers": (b'filename="%22Oma%22 1932.jpg"', "Oma 1932"),
    "one quote": (b'filename="Oma.jpg', '"Oma'),
    "a semicolon": (b'filename="Oma; 1932.jpg"', "Oma; 1932"),
    "a line feed": (b'filename="Oma\n1932.jpg"', "Oma"),
    "a line break": (b'filename="Oma\r\n1932.jpg"', "Oma"),
    "folded": (b'\r\n filename="Oma.jpg"', "Oma"),
    "a null": (b'filename="Oma\x00.jpg"', "Oma"),
    "a Windows path": (rb'filename="C:\scans\Oma.jpg"', "Oma"),
    "a path": (b'filename="../../scans/Oma.jpg"', "Oma"),
    "a folder": (b'filename="scans/"', "scans"),
    "dots": (b'filename=".."', "photo"),
    "spaces": (b'filename="  "', "photo"),
    "empty": (b'filename=""', "photo"),
    "empty, no quotes": (b"filename=", "photo"),
    "none": (b"", "photo"),
    "2,000 letters": (b'filename="' + b"a" * 2000 + b'.jpg"', "a" * 235),
    "2,000 escaped letters": (b"filename*=UTF-8''" + b"%E6%97%A5" * 2000 + b".jpg", "日" * 78),
    "in capitals": (b'FileName="Oma.jpg"', "Oma"),
}


def form(*parts: bytes) -> bytes:
    return b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"


def image(says: bytes, content: bytes = JPEG, head: bytes = b"Content-Type: image/jpeg") -> bytes:
    more = b"; " + says if says else b""
    lines = [b'Content-Disposition: form-data; name="image"' + more, head]
    return b"\r\n".join(filter(None, lines)) + b"\r\n\r\n" + content


def field(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def send(client: Client, *parts: bytes, path: str = "/colorize", **options: Any) -> Any:
    return client.post(path, form(*parts), content_type=KIND, **options)


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_is_taken_whatever_its_name(
    name: str, client: Client, network: FakeNetwork
) -> None:
    says, stem = NAMES[name]
    answer = send(client, image(says), field("vividness", "0.25"))
    assert answer.status_code == 200, answer.json()
    assert answer.json()["vividness"] == 0.25
    called = answer.json()["filename"].removesuffix("-colorized.jpg")
    assert called.startswith(stem) if len(stem) > 70 else called == stem.replace('"', "")
    assert len(answer.json()["filename"].encode()) <= 255


@pytest.mark.parametrize("name", ["Latin-1", "none", "2,000 letters"])
def test_at_every_door(name: str, owner: User, network: FakeNetwork) -> None:
    part = image(NAMES[name][0])
    headers = Api(owner).headers
    assert send(Client(), part, path="/").status_code == 200
    assert send(Client(), part, path="/api/v1/colorize", headers=headers).status_code == 200
    assert send(Client(), part, path="/api/v1/pictures", headers=headers).status_code == 201
    assert Picture.objects.get().title.startswith(NAMES[name][1][:200])


def test_heads_of_all_kinds(client: Client, network: FakeNetwork) -> None:
    for head in (
        b"",
        b"Content-Type: application/octet-stream",
        b'content-TYPE: image/jpeg; name="Gro\xdfmama.jpg"',
        b"X-Scanner: " + b"x" * 3000,
        b"Content-Type: image/jpeg; " + b"x" * 3000,
        b"no header at all",
        b"Content-Length: 7",
    ):
        assert send(client, image(b'filename="a.jpg"', head=head)).status_code == 200, head


def test_a_field_that_is_no_photo_stays_a_field(client: Client, network: FakeNetwork) -> None:
    assert send(client, field("image", "text")).json()["error"] == "no_photo"
    assert send(client, image(b'filename=""', b"")).json()["error"] == "no_photo"
    assert send(client, image(b'filename=""', b""), image(b'filename="a.jpg"')).status_code == 200
    answer = send(client, image(b'filename="a.jpg"'), field("network", "n\xe4hmlich"))
    assert "nähmlich" in answer.json()["message"]


def test_two_photos_are_two_whatever_their_names(client: Client, network: FakeNetwork) -> None:
    answer = send(client, image(b""), image(NAMES["Latin-1"][0]))
    assert answer.json()["error"] == "several_photos"


def test_other_fields_than_the_photo_are_read_as_before(owner: User, network: FakeNetwork) -> None:
    parts = [image(b'filename="a.jpg"'), field("title", 'He said "no"; x'), field("note", "a\r\nb")]
    answer = send(Client(), *parts, path="/api/v1/pictures", headers=Api(owner).headers)
    assert (answer.json()["title"], answer.json()["note"]) == ('He said "no"; x', "a\r\nb")


def test_the_photo_arrives_byte_for_byte(owner: User, network: FakeNetwork) -> None:
    """Also where it has something in it that looks like a head."""
    photo = JPEG + b'\r\n\r\nContent-Disposition: form-data; name="image"\r\n\r\n--edg\r\n--\r\n'
    send(Client(), image(b"", photo), path="/api/v1/pictures", headers=Api(owner).headers)
    with Picture.objects.get().original.open("rb") as file:
        assert file.read() == photo


class Trickle:
    """A form that arrives so many bytes at a time."""

    def __init__(self, body: bytes, step: int) -> None:
        self.body, self.step = io.BytesIO(body), step

    def read(self, size: int) -> bytes:
        return self.body.read(min(size, self.step))


def in_order(body: bytes, step: int = 1 << 20) -> bytes:
    return b"".join(iter(OrderedForm(Trickle(body, step), b"edge").read, b""))


def test_what_is_no_form_is_left_as_it_is() -> None:
    for body in (b"", b"garbage", b"--edge", b"--edge\r\n\r\n", b"--edge\r\n\r\n\r\nx--edge--"):
        for step in (1, 7, 1000):
            assert in_order(body, step) == body
    many = b"--edge\r\n\r\n" * 10_000
    assert in_order(many) == many


def test_it_makes_no_difference_how_it_arrives() -> None:
    parts = [image(says) for says, _ in NAMES.values()]
    body = form(*parts, field("title", "x"), image(b"", b"\r\n--edg\r\n\r\n" * 9))
    whole = in_order(body)
    assert whole.count(b"--edge") == len(parts) + 3
    for step in (1, 2, 3, 50, 1021, 65_536):
        assert in_order(body, step) == whole


@pytest.mark.parametrize("charset", ["unicode_escape", "zip", "undefined", "utf-16", "\x00"])
def test_a_charset_that_makes_no_name_is_no_failure(
    charset: str, client: Client, network: FakeNetwork
) -> None:
    says = f"filename*={charset}''a%5Cud800.jpg".encode()
    assert send(client, image(says)).status_code == 200
    nameless = f"Content-Disposition: form-data; name*={charset}''%5Cud800\r\n\r\nx".encode()
    assert send(client, nameless).json()["error"] == "no_photo"


def test_a_name_of_a_program_is_refused_however_it_is_written(
    client: Client, network: FakeNetwork
) -> None:
    for says in (b"filename*=UTF-8''a.e%78e", b'filename*0="a.e"; filename*1="xe"'):
        assert send(client, image(says)).status_code == 415
    long = b'filename="' + b"a" * 2000 + b'.exe"'
    assert send(client, image(long)).status_code == 415
