"""ZIP files from outside: photos in them become items, and nothing else happens."""

import io
import stat
import struct
import zipfile
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from gallery.models import Picture
from gallery.services.files import content
from jobs import ledger
from jobs.errors import BadZip, Stopped
from jobs.models import Item, JobFile
from jobs.services import archives, batches, unpacking
from jobs.services.limits import PIECE_BYTES
from jobs.work import Work
from tests.cast import grey
from tests.jobs.batch import Browser, item_named, work_off
from tests.jobs.test_batches import XMP
from tests.login import logged_in
from tests.photos import photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]

Members = dict[str, bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def unpacked(owner: User | None, data: bytes, name: str = "album.zip") -> dict[str, Any]:
    """What the batch says when all is done."""
    browser = Browser(logged_in(owner) if owner else None).begin()
    return browser.send_all({name: data}).finish()


def reasons(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["message"] for each in told["items"][0]["skipped"]}


def test_photos_in_a_zip_become_items(owner: User, media: Any) -> None:
    data = zipped({"album/one.png": grey(1), "album/two.png": grey(2), "album/one.xmp": XMP})
    told = unpacked(owner, data)
    assert [item["name"] for item in told["items"]] == ["album.zip", "one.png", "two.png"]
    assert {item["state"] for item in told["items"]} == {"done"}
    assert {each.title for each in Picture.objects.all()} == {"Wedding of Ann", "two"}
    assert not JobFile.objects.exists() and not [name for name in media() if "jobs/" in name]


def test_odd_members_are_listed_and_the_others_coloured(owner: User) -> None:
    deep = zipped({"inner.png": grey(8)})
    told = unpacked(
        owner,
        zipped(
            {
                "one.png": grey(1),
                "__MACOSX/._one.png": b"resource fork",
                "Thumbs.db": b"cache",
                "notes.txt": b"Grandma, 1931",
                "fake.jpg": b"no photo",
                "more.zip": deep,
                "alone.xmp": XMP,
                "bomb.png": bytes(5_000_000),
            }
        ),
    )
    assert told["state"] == "done" and Picture.objects.count() == 1
    found = reasons(told)
    assert set(found) == {
        *("._one.png", "Thumbs.db", "notes.txt", "fake.jpg", "more.zip", "alone.xmp", "bomb.png")
    }
    assert "Send it separately" in found["more.zip"] and "times as large" in found["bomb.png"]
    assert told["items"][0]["left_out"] == 7


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.png",
        "/etc/passwd.png",
        "C:\\Windows\\passwd.png",
        "..\\..\\passwd.png",
        "a/\u202e\x07passwd.png",
        "Gr\u00fc\u00dfe/passwd.png",
    ],
)
def test_names_are_only_shown(owner: User, media: Any, name: str) -> None:
    told = unpacked(owner, zipped({name: grey(1)}))
    assert told["items"][1]["name"].endswith("passwd.png")
    assert not set(told["items"][1]["name"]) & set("/\\\u202e\x07")
    assert all(each.startswith(("pictures/", "jobs/")) for each in media())


def test_endless_names_are_cut(owner: User) -> None:
    """They are written again with each member that is left out."""
    told = unpacked(owner, zipped({"a" * 60_000 + ".txt": b"x", "b" * 60_000 + ".png": grey(1)}))
    assert len(told["items"][0]["skipped"][0]["name"]) == 255
    name = told["items"][1]["name"]
    assert len(name) == 255 and name.endswith(".png") and told["items"][1]["state"] == "done"


def test_a_name_in_utf_8_that_does_not_say_so_is_read(owner: User) -> None:
    data = zipped({"Gr..e.png": grey(1)}).replace(b"Gr..e", "Grüe".encode())
    assert unpacked(owner, data)["items"][1]["name"] == "Grüe.png"


def test_a_name_in_another_encoding_is_no_obstacle(owner: User) -> None:
    data = zipped({"Gr.n.png": grey(1)}).replace(b"Gr.n", "Grün".encode("cp437"))
    assert unpacked(owner, data)["items"][1]["name"] == "Grün.png"


def overlapping() -> bytes:
    """A hundred members in the directory, which are one and the same in the file."""
    data = zipped({"one.png": grey(1)}, zipfile.ZIP_STORED)
    end = data.rindex(b"PK\5\6")
    start = data.index(b"PK\1\2")
    entry = data[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 100, 100, 100 * len(entry), start, 0)
    return data[:start] + entry * 100 + tail


def long_directory() -> bytes:
    """With a list of members of many megabytes."""
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 9_000_000, 4, 0)
    return b"PK\3\4" + b"PK\1\2" * 2_250_000 + tail


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    "make",
    [
        overlapping,
        long_directory,
        lambda: cut(zipped({"one.png": grey(1)})),
        lambda: b"PK\3\4" + bytes(100),
        lambda: b"PK\5\6" + b"\xff" * 18,
    ],
)
def test_a_forged_zip_is_refused_as_a_whole(owner: User, media: Any, make: Any) -> None:
    told = unpacked(owner, make())
    (item,) = told["items"]
    assert (told["state"], item["state"], item["error"]["error"]) == ("failed", "failed", "bad_zip")
    assert not Picture.objects.exists() and item["attempts"] == 1


def test_a_damaged_member_is_left_out(owner: User, media: Any) -> None:
    photo = grey(1, 400)
    data = zipped({"one.png": photo, "two.png": grey(2)}, zipfile.ZIP_STORED)
    told = unpacked(owner, data.replace(photo[-40:], bytes(40), 1))
    assert reasons(told) == {"one.png": "It is damaged."} and Picture.objects.count() == 1
    assert not [name for name in media() if "jobs/" in name]


def test_an_encrypted_member_is_left_out(owner: User) -> None:
    data = bytearray(zipped({"one.png": grey(1), "two.png": grey(2)}))
    for place in (data.index(b"PK\3\4") + 6, data.index(b"PK\1\2") + 8):
        data[place] |= 1
    assert "password" in reasons(unpacked(owner, bytes(data)))["one.png"]
    assert Picture.objects.count() == 1


def test_a_member_in_another_compression_is_left_out(owner: User) -> None:
    data = zipped({"one.png": grey(1)}, zipfile.ZIP_LZMA)
    told = unpacked(owner, data)
    assert "can’t be read here" in reasons(told)["one.png"]
    assert told["items"][0]["error"]["error"] == "nothing_in_zip"


def test_a_link_is_no_photo(owner: User) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("one.png", grey(1))
    assert set(reasons(unpacked(owner, buffer.getvalue()))) == {"link.png"}


def test_zip64_and_data_descriptors_are_read(owner: User) -> None:
    class Stream(io.RawIOBase):
        """Without seeking: sizes follow the data."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.png", "w", force_zip64=True) as f:
        f.write(grey(1))
    assert unpacked(owner, stream.data)["counts"]["done"] == 1


def test_more_than_a_batch_holds_is_refused_before_anything_is_unpacked(
    owner: User, settings: Any
) -> None:
    settings.BATCH_PHOTOS = 2
    data = zipped({f"{number}.png": grey(number) for number in range(3)})
    told = unpacked(owner, data)
    assert told["items"][0]["error"]["error"] == "batch_full" and len(told["items"]) == 1
    settings.BATCH_PHOTOS = 3
    told = unpacked(owner, data)
    assert told["items"][0]["state"] == "done"


def test_bytes_are_counted_unpacked(owner: User, settings: Any) -> None:
    data = zipped({f"{number}.png": bytes(range(256)) * 80 for number in range(3)})
    settings.BATCH_BYTES = 50_000
    assert len(data) < 5_000
    assert unpacked(owner, data)["items"][0]["error"]["error"] == "batch_full"


def test_a_worker_that_is_lost_leaves_nothing_twice(owner: User, monkeypatch: Any) -> None:
    """The next one goes on where it came to; the lost one stores nothing more."""
    data = zipped({f"{number}.png": grey(number) for number in range(4)})
    browser = Browser(logged_in(owner)).begin().send_all({"album.zip": data})
    lost = ledger.claim()
    assert lost
    real = unpacking.Unpacking.note
    noted: list[int] = []
    unpackings = []

    def note(own: unpacking.Unpacking, following: int, *args: Any) -> None:
        unpackings.append(own)
        if following == 3:
            raise KeyboardInterrupt
        real(own, following, *args)
        noted.append(following)

    monkeypatch.setattr(unpacking.Unpacking, "note", note)
    with pytest.raises(KeyboardInterrupt):
        batches.run(Work(lost))
    monkeypatch.setattr(unpacking.Unpacking, "note", real)
    Item.objects.filter(pk=lost.pk).update(state="waiting", lease=None)
    work_off()
    assert noted == [1, 2] and browser.finish()["counts"]["done"] == 4
    with pytest.raises(Stopped):
        unpackings[0].note(1)
    assert Picture.objects.count() == 4


def test_thousands_that_are_no_photos_are_noted_many_at_once(owner: User) -> None:
    """Each by itself would keep a worker, and the database, for minutes."""
    members = {f"{number}.txt": b"" for number in range(250)} | {"a.png": grey(1)}
    browser = Browser(logged_in(owner)).begin().send_all({"album.zip": zipped(members)})
    with CaptureQueriesContext(connection) as seen:
        told = browser.finish()
    zipped_item = told["items"][0]
    assert (len(zipped_item["skipped"]), zipped_item["left_out"]) == (unpacking.SKIPPED, 250)
    assert item_named("a.png").state == "done" and len(seen) < 250


def test_what_is_no_zip_is_a_photo_or_refused(owner: User) -> None:
    told = unpacked(owner, grey(1), "photo.zip")
    assert told["items"][0]["state"] == "done" and Picture.objects.count() == 1


def test_a_long_read_is_never_asked_of_the_memory() -> None:
    careful = archives.Careful(io.BytesIO(bytes(archives.MOST_DIRECTORY + 1)))
    careful.seek(0)
    assert len(careful.read()) == archives.MOST_DIRECTORY


@pytest.mark.parametrize("method", archives.METHODS)
def test_a_photo_of_many_megabytes_is_unpacked(owner: User, method: int) -> None:
    """In a picture that cannot be packed any smaller."""
    noise = np.random.default_rng(3).integers(0, 255, (2000, 3000), np.uint8)
    large = photo("PNG", noise)
    assert len(large) > max(archives.MOST_DIRECTORY, PIECE_BYTES)
    told = unpacked(owner, zipped({"large.png": large}, method))
    assert told["items"][0]["skipped"] == []
    assert content(Picture.objects.get().original) == large


def test_a_zip_of_too_many_files_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 1000)
    many = zipped({f"{number}.png": b"" for number in range(50)})
    with pytest.raises(BadZip) as caught:
        archives.opened_zip(io.BytesIO(many))
    assert "too many files" in caught.value.message


def test_a_visitors_zip_is_unpacked_too() -> None:
    told = unpacked(None, zipped({"one.png": grey(1)}))
    assert told["counts"]["done"] == 1 and told["items"][1]["result"]
    assert item_named("one.png").files.filter(role="upload").count() == 0
