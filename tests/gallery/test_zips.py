"""ZIPs of pictures, the export of everything, and leaving for good."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Token, User
from colorize.service import Options
from gallery.errors import NotLoggedIn
from gallery.models import Album, Answer, Picture, Report, ShareLink
from gallery.services import (
    albums,
    bin,
    files,
    personal_data,
    pictures,
    reports,
    sharing,
    versions,
    zips,
)
from tests.cast import content, grey, name_publicly, picture, public_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def unpacked(chunks: Iterator[bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def mine(owner: User) -> dict[str, bytes]:
    return unpacked(zips.zip_of(Picture.objects.owned_by(owner)))


def test_a_zip_holds_the_results_under_their_titles(owner: User, stranger: User) -> None:
    kept = [picture(owner, title, shade) for shade, title in enumerate(("Grandma", "Harbour"))]
    picture(stranger, "Secret")
    assert mine(owner) == {f"{one.title}.jpg": content(one.shown.result) for one in kept}


def test_every_title_gets_a_safe_name_of_its_own(owner: User) -> None:
    titles = ["Grandma", "grandma", "Grandma (2)", "Grandma", "../../etc/passwd", "CON", "a\u202eb"]
    for shade, title in enumerate([*titles, "...", "é" * 200]):
        pictures.describe(picture(owner, shade=shade), title=title)
    assert list(mine(owner)) == [
        "Grandma.jpg",
        "grandma (2).jpg",
        "Grandma (2) (2).jpg",
        "Grandma (3).jpg",
        "-..-etc-passwd.jpg",
        "_CON.jpg",
        "ab.jpg",
        "Untitled.jpg",
        "é" * 90 + ".jpg",
    ]


def test_a_missing_file_is_told_of_and_the_rest_arrives(owner: User, settings: Any) -> None:
    lost = picture(owner, "Lost", 1)
    picture(owner, "Kept", 2)
    (Path(settings.MEDIA_ROOT) / str(lost.shown.result.name)).unlink()
    files = mine(owner)
    assert list(files) == ["Kept.jpg", "missing.txt"]
    assert "Lost.jpg" in files["missing.txt"].decode()


def test_no_pictures_are_an_empty_zip(owner: User) -> None:
    assert mine(owner) == {}


def test_it_comes_in_pieces_and_asks_once_a_portion(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "PORTION", 2)
    monkeypatch.setattr(files, "CHUNK", 100)
    for shade in range(5):
        picture(owner, shade=shade)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        chunks = list(zips.zip_of(Picture.objects.owned_by(owner)))
    assert len(queries) == 3
    assert max(map(len, chunks)) < 1000 and len(unpacked(iter(chunks))) == 5


def test_nothing_is_read_before_it_is_asked_for(owner: User) -> None:
    picture(owner)
    with CaptureQueriesContext(connection) as queries:
        chunks = zips.zip_of(Picture.objects.owned_by(owner))
    assert not queries.captured_queries and next(chunks).startswith(b"PK")


def test_the_answer_is_a_download_that_nobody_keeps(owner: User) -> None:
    picture(owner)
    answer = zips.zip_response("Grüße", zips.zip_of(Picture.objects.owned_by(owner)))
    assert answer.streaming
    assert answer["Content-Type"] == "application/zip"
    today = f"{timezone.now():%Y-%m-%d}"
    name = f"filename*=utf-8''Gr%C3%BC%C3%9Fe-{today}.zip"
    assert answer["Content-Disposition"] == f"attachment; {name}"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(unpacked(iter(answer))) == 1


def furnish(owner: User, other: User) -> tuple[Picture, Picture]:
    """One of everything that an account can hold: two pictures are returned."""
    album = albums.make_album(owner, "Family")
    first = pictures.colorize_and_save(
        owner, grey(1), Options(vividness=0.2), "Grandma.png", note="In 1931", album=album
    ).picture
    versions.recolor(first, Options(vividness=0.9))
    sharing.share(first)
    second = picture(owner, "Grandma", 2)
    bin.move_to_bin(Picture.objects.filter(pk=second.pk))
    name_publicly(owner, "grandchild")
    Token.objects.create(user=owner, name="Scanner")
    Answer.objects.create(user=owner, key="k", request="r", status=201, body={})
    Report.objects.create(picture=public_picture(other), reporter=owner, reason="other", words="!")
    return first, second


def test_the_export_holds_originals_all_results_and_all_that_is_known(
    owner: User, stranger: User
) -> None:
    first, _ = furnish(owner, stranger)
    files = unpacked(personal_data.export(owner))
    assert sorted(files) == [
        "data.json",
        "originals/Grandma (2).png",
        "originals/Grandma.png",
        "pictures.csv",
        "results/Grandma (2).jpg",
        "results/Grandma (3).jpg",
        "results/Grandma.jpg",
    ]
    assert files["originals/Grandma.png"] == grey(1)
    known = json.loads(files["data.json"])
    told = known["account"]
    assert (told["username"], told["public_name"]) == ("owner", "grandchild")
    assert [album["name"] for album in told["albums"]] == ["Family"]
    assert [token["name"] for token in told["tokens"]] == ["Scanner"]
    assert [report["words"] for report in told["reports"]] == ["!"]
    grandma, binned = known["pictures"]
    assert (grandma["note"], grandma["album"]) == ("In 1931", "Family")
    assert grandma["link"]["expires_at"] and binned["deleted_at"]
    shown = next(version for version in grandma["versions"] if version["shown"])
    assert shown["vividness"] == 0.9
    assert files[shown["result"]] == content(first.shown.result)


def test_the_export_asks_the_same_number_of_questions_for_any_gallery(owner: User) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            unpacked(personal_data.export(owner))
        return len(queries)

    picture(owner, shade=1)
    few = questions()
    for shade in range(2, 8):
        picture(owner, shade=shade)
    assert questions() == few


def test_leaving_before_anything_was_saved(owner: User) -> None:
    assert list(unpacked(personal_data.export(owner))) == ["data.json", "pictures.csv"]
    personal_data.delete_account(owner)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_leaving_takes_everything_along_and_nothing_of_others(
    owner: User, stranger: User, media: Any
) -> None:
    furnish(owner, stranger)
    sharing.publish(shown := picture(owner, "Shown", 3))
    Report.objects.create(picture=shown, reporter=stranger, reason="other")
    Report.objects.create(picture=picture(stranger, shade=4), assignee=owner, reason="other")
    LogEntry.objects.create(
        actor=owner,
        action=LogEntry.Action.UPDATE,
        content_type=ContentType.objects.get_for_model(Picture),
        object_pk="1",
        object_repr="A decision",
    )
    personal_data.delete_account(owner)
    assert [user.username for user in User.objects.all()] == ["stranger"]
    assert Picture.objects.count() == 2 and len(media()) == 12
    for kind in (Album, Answer, Token, ShareLink):
        assert not kind.objects.exists()
    assert Report.objects.get(words="!").reporter is None
    assert not Report.objects.exclude(assignee=None) and Report.objects.count() == 3
    outlived = Report.objects.get(picture=None)
    assert (outlived.owner, outlived.outcome) == (None, reports.GONE)
    assert set(LogEntry.objects.values_list("actor", flat=True)) == {None}


@pytest.mark.django_db(transaction=True)
def test_what_is_uploaded_while_the_account_goes_leaves_nothing_behind(
    owner: User, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(owner, shade=1)
    purge, late = bin.purge, [grey(2)]

    def purge_and_upload(going: Any) -> int:
        gone = purge(going)
        while late:
            pictures.colorize_and_save(owner, late.pop(), Options())
        return gone

    monkeypatch.setattr(personal_data, "purge", purge_and_upload)
    stale = User.objects.get()
    personal_data.delete_account(owner)
    assert media() == [] and not Picture.objects.exists()
    with pytest.raises(NotLoggedIn):
        pictures.colorize_and_save(stale, grey(3), Options())
    assert media() == []
