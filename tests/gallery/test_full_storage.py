"""A disk, a database or a bucket that takes nothing: in words, nothing lost, nothing left."""

import base64
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from PIL.ImageFile import ImageFile

from accounts.models import User
from gallery.models import Picture, Version
from gallery.services import pictures
from tests.cast import grey, picture
from tests.gallery.api import Api
from tests.photos import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

FULL, PASSING = "storage_full", "storage_unavailable"
REFUSALS = [
    (OSError(errno.ENOSPC, "No space left on device"), FULL),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
    (OSError(errno.EROFS, "Read-only file system"), PASSING),
    (PermissionError(errno.EACCES, "Permission denied"), PASSING),
    (ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject"), PASSING),
    (ClientError({"Error": {"Code": "XMinioStorageFull"}}, "PutObject"), FULL),
]
STATUS = {FULL: 507, PASSING: 503}


@pytest.fixture
def page(home: Client) -> Client:
    """The owner's browser, where what fails is answered as it would be in production."""
    home.raise_request_exception = False
    return home


def upload(shade: int = 128, **fields: str) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("Grandma.png", grey(shade)), "save": "true"} | fields


def break_at(monkeypatch: pytest.MonkeyPatch, step: int, problem: Exception) -> None:
    """The files before that one are written, and half of it."""
    save = FileSystemStorage._save  # type: ignore[attr-defined]
    written: list[str] = []

    def fail(self: FileSystemStorage, name: str, content: Any) -> str:
        written.append(name)
        if len(written) <= step:
            return str(save(self, name, content))
        half = Path(self.path(name))
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(b"half")
        raise problem

    monkeypatch.setattr(FileSystemStorage, "_save", fail)


@contextmanager
def full() -> Iterator[None]:
    """As SQLite is on a full disk, whatever room its pages happen to have."""

    def refuse(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, *arguments)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def read_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = 0")


@pytest.mark.parametrize("step", range(6))
@pytest.mark.parametrize(("problem", "code"), REFUSALS[:4])
def test_the_endpoint_answers_the_colours(
    page: Client,
    media: Any,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    problem: Exception,
    code: str,
) -> None:
    break_at(monkeypatch, step, problem)
    answer = page.post("/colorize", upload())
    body = answer.json()
    assert answer.status_code == 200 and body["not_saved"]["error"] == code
    assert opened(base64.b64decode(body["image"])).size == (64, 64)
    assert media() == [] and not Picture.objects.exists() and not Version.objects.exists()


@pytest.mark.parametrize(("problem", "code"), REFUSALS)
def test_the_page_shows_the_colours(
    page: Client, media: Any, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str
) -> None:
    break_at(monkeypatch, 3, problem)
    answer = page.post("/", upload())
    shown = answer.content.decode()
    assert answer.status_code == 200 and f"faq#{code}" in shown
    assert "was not saved" in shown and 'src="data:image/jpeg' in shown
    assert media() == [] and not Picture.objects.exists()


@pytest.mark.parametrize("key", [None, "again"])
@pytest.mark.parametrize(("problem", "code"), REFUSALS)
def test_the_api_answers_the_colours_with_the_error(
    api: Api,
    media: Any,
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    code: str,
    key: str | None,
) -> None:
    with monkeypatch.context() as broken:
        break_at(broken, 5, problem)
        answer = api.upload(headers={"Idempotency-Key": key} if key else None)
    body = answer.json()
    assert (answer.status_code, body["error"]) == (STATUS[code], code)
    assert answer.has_header("Retry-After") == (code == PASSING)
    assert opened(base64.b64decode(body["colorized"]["image"])).size == (64, 64)
    assert media() == [] and not Picture.objects.exists()
    assert api.upload(headers={"Idempotency-Key": key} if key else None).status_code == 201


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize(("problem", "code"), REFUSALS[1:3])
def test_other_colours_are_handed_out_and_the_picture_stays_as_it_was(
    api: Api,
    page: Client,
    media: Any,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    problem: Exception,
    code: str,
) -> None:
    kept = picture(api.token.user)
    before = media()
    for ask in (
        lambda: api.post(f"pictures/{kept.pk}/recolor", {"vividness": 0.9}),
        lambda: page.post(f"{kept.get_absolute_url()}/recolor", {"vividness": "0.9"}),
    ):
        with monkeypatch.context() as broken:
            break_at(broken, step, problem)
            answer = ask()
        assert answer.status_code == STATUS[code]
        if answer["Content-Type"] == "application/json":
            assert answer.json()["colorized"]["vividness"] == 0.9
        else:
            assert f"faq#{code}" in answer.content.decode()
            assert 'src="data:image/jpeg' in answer.content.decode()
        assert media() == before and Version.objects.get() == kept.shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize(("database", "code"), [(full, FULL), (read_only, PASSING)])
def test_a_database_that_takes_nothing(
    page: Client, api: Api, media: Any, database: Any, code: str
) -> None:
    with database():
        shown = page.post("/", upload())
        body = page.post("/colorize", upload()).json()
        answer = api.upload()
        pages = [page.get(path).status_code for path in ("/", "/gallery", "/profile", "/faq")]
        free = api.upload(path="colorize")
        visitor = Client(raise_request_exception=False).post("/colorize", upload())
        title = api.get("pictures")
    assert shown.status_code == 200 and 'src="data:image/jpeg' in shown.content.decode()
    assert f"faq#{code}" in shown.content.decode()
    assert body["image"] and body["not_saved"]["error"] == code
    assert (answer.status_code, answer.json()["error"]) == (STATUS[code], code)
    assert answer.json()["colorized"]["image"]
    assert pages == [200] * 4 and title.status_code == 200
    assert (free.status_code, visitor.status_code) == (200, 200)
    assert media() == [] and not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize(("database", "code"), [(full, FULL), (read_only, PASSING)])
def test_what_needs_the_database_says_so(page: Client, api: Api, database: Any, code: str) -> None:
    kept = picture(api.token.user)
    stranger = Client(raise_request_exception=False)
    with database():
        title = "x" * 200
        described = page.post(
            f"{kept.get_absolute_url()}/describe", {"title": title, "note": "y" * 4000}
        )
        told = api.patch(f"pictures/{kept.pk}", {"title": title, "note": "y" * 4000})
        entered = log_in_answer(stranger)
    for answer in (described, entered):
        assert answer.status_code == STATUS[code], answer.content.decode()
        assert "was not saved" in answer.content.decode()
    assert (told.status_code, told.json()["error"]) == (STATUS[code], code)
    kept.refresh_from_db()
    assert kept.title == "Grandma"


def log_in_answer(client: Client) -> Any:
    return client.post("/accounts/login/", {"login": "owner", "password": "Grandma 1931"})


def test_a_picture_that_is_there_needs_no_room(
    page: Client, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(api.token.user)
    break_at(monkeypatch, 0, OSError(errno.ENOSPC, "No space left on device"))
    assert page.post("/", upload())["Location"] == kept.get_absolute_url()
    assert api.upload().status_code == 200


def test_what_is_there_or_has_no_room_is_not_coloured(
    page: Client, api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(api.token.user)

    def fail(*_: Any) -> None:
        raise AssertionError("coloured for nothing")

    monkeypatch.setattr("colorize.engine.pipeline.colorize", fail)
    assert page.post("/", upload())["Location"] == kept.get_absolute_url()
    assert api.upload().status_code == 200
    settings.QUOTA_BYTES = kept.bytes
    for answer in (api.upload(7), api.post(f"pictures/{kept.pk}/recolor", {"vividness": 0.5})):
        assert answer.status_code == 403 and answer.json()["error"] == "over_quota"


def test_a_photo_is_hashed_once(page: Client, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []
    digest = pictures.digest

    def note(photo: bytes) -> str:
        hashed.append(photo)
        return digest(photo)

    monkeypatch.setattr(pictures, "digest", note)
    assert page.post("/", upload(1)).status_code == 302 and len(hashed) == 1
    assert page.post("/colorize", upload(2)).status_code == 200 and len(hashed) == 2
    assert api.upload(3).status_code == 201 and len(hashed) == 3


def test_a_photo_is_decoded_once_and_its_result_never(
    page: Client, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str | None] = []
    load = ImageFile.load

    def note(image: ImageFile) -> Any:
        if image.tile:
            decoded.append(image.format)
        return load(image)

    monkeypatch.setattr(ImageFile, "load", note)
    assert page.post("/", upload(1)).status_code == 302 and decoded == ["PNG"]
    assert page.post("/colorize", upload(2)).status_code == 200 and decoded == ["PNG"] * 2
    assert api.upload(3).status_code == 201 and decoded == ["PNG"] * 3
    kept = Picture.objects.latest("created_at").shown
    assert opened(kept.result_small.read()).size == opened(kept.result.read()).size


def test_any_other_trouble_costs_no_colours(
    page: Client, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("gone")

    monkeypatch.setattr(Version, "save", fail)
    body = page.post("/colorize", upload()).json()
    assert body["image"] and body["not_saved"]["error"] == "internal_error"
    assert media() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["thumbnails", "result"])
def test_mending_leaves_what_it_has_no_room_for_to_the_next_time(
    what: str, owner: User, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner)
    files = [kept.shown.result] if what == "result" else [kept.original_small, kept.original_medium]
    for file in files:
        file.storage.delete(str(file.name))
    before = media()
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        break_at(broken, 0, OSError(errno.ENOSPC, "No space left on device"))
        call_command("reconcile", "--fix")
    assert media() == before
    call_command("reconcile", "--fix")
    assert len(media()) == 6


@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize(("database", "code"), [(full, FULL), (read_only, PASSING)])
def test_who_guesses_is_not_let_in_where_nobody_can_count(database: Any, code: str) -> None:
    program = Client(raise_request_exception=False)
    wanted = {"username": "owner", "password": "wrong", "name": "x", "scope": "read"}
    with database():
        answer = program.post("/api/v1/tokens", wanted, "application/json")
    assert (answer.status_code, answer.json()["error"]) == (STATUS[code], code)
