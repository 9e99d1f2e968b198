"""The whole way of a picture, on every kind of storage that the settings can name."""

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.http import Http404, StreamingHttpResponse
from django.test import RequestFactory
from moto import mock_aws
from storages.backends.s3 import S3Storage

from accounts.models import User
from colorize.service import Options
from colorize.web.ranges import Part
from gallery import file_responses
from gallery.models import Picture, Version
from gallery.services import bin, files, personal_data, versions, zips
from jobs.models import Item, Job
from jobs.services.film_source import source_of
from tests.cast import content, grey, picture
from tests.gallery.test_zips import unpacked
from tests.photos import opened
from tests.processes import settings_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("network", "storage"),
]
BACKENDS = ("FileSystemStorage", "InMemoryStorage", "S3Storage")


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """Reads its descriptions of S3, which are large, once."""
    return boto3.Session("key", "secret", region_name="us-east-1")


@pytest.fixture(params=BACKENDS)
def storage(
    request: pytest.FixtureRequest,
    settings: Any,
    session: boto3.Session,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """What the gallery stores its files in."""
    if request.param != "S3Storage":
        use(settings, {"BACKEND": f"django.core.files.storage.{request.param}"})
        yield
        return
    with mock_aws():
        monkeypatch.setattr(S3Storage, "_create_session", lambda store: session)
        session.client("s3").create_bucket(Bucket="pictures-of-people")
        options = settings.S3 | {"bucket_name": "pictures-of-people"}
        use(settings, {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options})
        yield


def use(settings: Any, backend: dict[str, Any]) -> None:
    settings.STORAGES = settings.STORAGES | {"default": backend}


def stored() -> list[str]:
    return sorted(name for name, _ in files.stored())


def reconcile(*arguments: str) -> str:
    out = io.StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except SystemExit:
        out.write("and more to do")
    return out.getvalue()


def body(answer: Any) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer)


def test_saved_and_read_again(owner: User) -> None:
    kept = picture(owner)
    assert len(stored()) == 6 == len(set(stored()))
    assert content(kept.original) == grey()
    assert kept.bytes == sum(size for _, size in files.stored())
    for file in (kept.original_small, kept.shown.result, kept.shown.result_medium):
        assert opened(content(file)).size == (64, 64)


def test_versions_come_and_go(owner: User) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    second = versions.recolor(kept, Options(vividness=0.9))
    assert len(stored()) == 9
    versions.use_version(kept, first)
    versions.remove_version(kept, second)
    assert len(stored()) == 6 and content(kept.shown.result)


def test_a_save_that_fails_leaves_nothing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the database is gone")

    monkeypatch.setattr(Version, "save", fail)
    with pytest.raises(OSError):
        picture(owner)
    assert stored() == [] and not Picture.objects.exists()


def test_files_are_served(owner: User, rf: RequestFactory) -> None:
    kept = picture(owner)
    answer = file_responses.send(rf.get("/"), kept, file_responses.ORIGINAL)
    assert body(answer) == grey()
    assert answer["Content-Length"] == str(len(grey()))
    assert answer["Content-Type"] == "image/png"
    again = rf.get("/", headers={"If-None-Match": answer["ETag"]})
    assert file_responses.send(again, kept, file_responses.ORIGINAL).status_code == 304


def test_a_lost_file_is_not_found(owner: User, rf: RequestFactory) -> None:
    kept = picture(owner)
    default_storage.delete(str(kept.shown.result.name))
    with pytest.raises(Http404):
        file_responses.send(rf.get("/"), Picture.objects.get(), "result")


def test_zips_and_the_export(owner: User) -> None:
    kept, lost = picture(owner, "Grandma", 1), picture(owner, "Lost", 2)
    default_storage.delete(str(lost.shown.result.name))
    some = unpacked(zips.zip_of(Picture.objects.all()))
    assert sorted(some) == ["Grandma.jpg", "missing.txt"]
    assert some["Grandma.jpg"] == content(kept.shown.result)
    everything = unpacked(personal_data.export(owner))
    assert sorted(everything) == [
        "data.json",
        "missing.txt",
        "originals/Grandma.png",
        "originals/Lost.png",
        "pictures.csv",
        "results/Grandma.jpg",
    ]
    assert everything["originals/Lost.png"] == grey(2)


def test_deleted_for_good(owner: User, stranger: User) -> None:
    picture(owner, shade=1)
    picture(owner, shade=2)
    picture(stranger)
    bin.purge(Picture.objects.owned_by(owner))
    assert len(stored()) == 6
    personal_data.delete_account(stranger)
    assert stored() == []


def test_reconciled_both_ways(owner: User) -> None:
    kept = picture(owner)
    assert reconcile() == "1 picture, 6 files; 0 problems, 0 repaired.\n"
    stray = files.Batch().write(b"half a photo")
    for file in (kept.original_small, kept.shown.result):
        default_storage.delete(str(file.name))
    Version.objects.update(bytes=1)
    assert "1 picture, 5 files; 2 problems, 0 repaired." in reconcile()
    assert "3 problems, 3 repaired." in reconcile("--fix", "--really", "--older-than", "0")
    assert reconcile() == "1 picture, 6 files; 0 problems, 0 repaired.\n"
    picture_now = Picture.objects.get()
    assert picture_now.bytes == sum(size for _, size in files.stored())
    assert default_storage.open(f"{files.ASIDE}/{stray}").read() == b"half a photo"
    assert files.bring_back(stray) and not files.bring_back(stray)
    assert stray in stored()


@pytest.mark.parametrize("storage", ["S3Storage"], indirect=True)
def test_a_bucket_of_more_than_one_listing_is_read_to_its_end(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "4")
    picture(owner)
    assert len(stored()) == 6


def large(size: int = 5_000_000) -> tuple[str, bytes]:
    data = random.Random(1).randbytes(size)
    return files.Batch().write(data), data


def test_a_large_file_is_read_in_any_order() -> None:
    name, data = large()
    with files.opened(name) as file:
        assert file.seek(0, io.SEEK_END) == len(data) and file.read(5) == b""
        for start, length in ((4_999_990, 100), (0, 70_000), (1_048_570, 2_000_000), (3, 4)):
            file.seek(start)
            assert file.read(length) == data[start : start + length]
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError):
        files.opened(name)


def test_files_that_follow_each_other_are_read_as_one() -> None:
    data = [bytes([number]) * size for number, size in enumerate((3, 70_000, 5))]
    names = [(files.Batch().write(each), len(each)) for each in data]
    with files.joined(names) as file:
        assert file.read() == b"".join(data)
        assert file.seek(-6, io.SEEK_END) == 69_999 + 3 and file.read() == b"\1" + data[2]
        assert file.seek(2) == 2 and file.read(3) == b"\0\1\1"
        with pytest.raises(ValueError):
            file.seek(-1)
    with files.joined([]) as file:
        assert file.read() == b""


def test_a_file_that_became_shorter_is_no_endless_wait() -> None:
    file = files.joined([(files.Batch().write(b"half"), 8)])
    with pytest.raises(Exception, match=r"shorter than it was|not satisfiable"):
        file.read()


def test_a_lost_file_is_not_there() -> None:
    name = files.Batch().write(b"here")
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError):
        list(files.chunks(name))


@pytest.mark.parametrize("storage", ["S3Storage"], indirect=True)
def test_from_a_bucket_comes_only_what_is_read(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a piece of a film of the gallery is coloured again."""
    name, data = large()
    film = picture(owner)
    film.original.name = name
    film.save()
    asked: list[Part] = []
    chunks = files.chunks_from_bucket

    def counted(name: str, part: Part) -> Iterator[bytes]:
        asked.append(part)
        return chunks(name, part)

    monkeypatch.setattr(files, "chunks_from_bucket", counted)
    first = Item(job=Job(owner=owner), payload={"picture": str(film.pk)})
    with source_of(first) as source:
        source.seek(3_000_000)
        assert source.read(1000) == data[3_000_000:3_001_000]
    assert asked == [Part(3_000_000, files.READ_AHEAD)]


@pytest.mark.parametrize("storage", ["InMemoryStorage"], indirect=True)
def test_the_environment_names_the_bucket(tmp_path: Path, settings: Any) -> None:
    named = settings_of(
        tmp_path,
        MEDIA_BUCKET="family",
        MEDIA_ENDPOINT="https://s3.example.org",
        MEDIA_ACCESS_KEY="key",
        MEDIA_SECRET_KEY="secret",
    )
    settings.STORAGES = named["STORAGES"]
    store = default_storage
    assert isinstance(store, S3Storage)
    assert (store.bucket_name, store.endpoint_url) == ("family", "https://s3.example.org")
    assert (store.access_key, store.secret_key) == ("key", "secret")
