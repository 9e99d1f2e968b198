"""Many pictures of a gallery coloured again, and an account deleted, as jobs."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from colorize.engine.hints import hints_of
from colorize.engine.options import Options
from gallery.models import Picture
from gallery.services import personal_data, quota
from jobs import ledger, worker
from jobs.models import Item, ItemState, Job, JobState
from jobs.services import bulk, jobs
from tests.cast import grey, picture
from tests.gallery.films import save_film
from tests.jobs.batch import work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]

USUAL = Options.vividness


def vividness() -> list[float]:
    rows = Picture.objects.select_related("current").order_by("created_at")
    return [row.shown.made_with.vividness for row in rows]


def recolor(client: Client, *rows: Picture, **fields: Any) -> Any:
    return client.post("/gallery/recolor", {"pictures": [row.pk for row in rows]} | fields)


def test_selected_pictures_are_coloured_again(owner: User) -> None:
    rows = [picture(owner, f"No. {shade}", shade, turn=90) for shade in (80, 90, 99)]
    client = logged_in(owner)
    page = recolor(client, *rows[:2]).content.decode()
    assert "The 2 selected" in page and "All 3 in the list" in page
    answer = recolor(client, *rows[:2], sure="yes", vividness="0.25")
    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url() and job.owner == owner
    work_off()
    assert vividness() == [0.25, 0.25, USUAL]
    first = Picture.objects.get(pk=rows[0].pk)
    assert first.shown.made_with.turn == 90 and first.versions.count() == 2


def test_all_of_a_list_are_coloured_again_with_its_other_pages(owner: User) -> None:
    for shade in (80, 90):
        picture(owner, "Harbour", shade)
    picture(owner, "Wedding", 99)
    client = logged_in(owner)
    asked = {"scope": "all", "back": "/gallery?q=harbour", "sure": "yes", "vividness": "0.5"}
    client.post("/gallery/recolor", asked)
    work_off()
    assert sorted(vividness()) == [0.5, 0.5, USUAL]


@pytest.mark.usefixtures("hintable")
def test_each_picture_keeps_its_own_hints(owner: User, plain_network: str) -> None:
    """As far as the network takes any."""
    hints = hints_of("0.1,0.5,#446622")
    rows = [picture(owner, shade=80, hints=hints), picture(owner, shade=90)]
    client = logged_in(owner)
    recolor(client, *rows, sure="yes", vividness="0.25")
    work_off()
    shown = [Picture.objects.get(pk=row.pk).shown.made_with for row in rows]
    assert [made_with.hints for made_with in shown] == [hints, ()] and vividness() == [0.25] * 2
    recolor(client, *rows, sure="yes", network=plain_network)
    work_off()
    assert not Picture.objects.get(pk=rows[0].pk).shown.made_with.hints
    assert Item.objects.filter(state=ItemState.DONE).count() == 4


def test_films_are_left_as_they_are(owner: User, tmp_path: Path) -> None:
    film, photo = save_film(owner, tmp_path), picture(owner)
    client = logged_in(owner)
    assert "Films stay as they are" in recolor(client, film, photo).content.decode()
    recolor(client, film, photo, sure="yes", vividness="0.25")
    work_off()
    assert (film.versions.count(), photo.versions.count()) == (1, 2)
    assert Item.objects.filter(kind=bulk.RECOLOR).count() == 1
    told = client.get(recolor(client, film)["Location"]).content.decode()
    assert "Only photos can be coloured again" in told and Job.objects.count() == 1


def test_nothing_begins_where_nothing_would_change(owner: User) -> None:
    row = picture(owner)
    answer = recolor(logged_in(owner), row, sure="yes")
    assert answer.status_code == 422 and "Choose at least one thing" in answer.content.decode()
    assert not Job.objects.exists()


def test_pictures_of_others_are_not_touched(owner: User, stranger: User) -> None:
    row = picture(owner)
    answer = recolor(logged_in(stranger), row, sure="yes", vividness="0.5")
    assert answer["Location"] == "/gallery" and not Job.objects.exists()


def test_a_full_gallery_stops_the_job_with_what_is_done(owner: User, settings: Settings) -> None:
    rows = [picture(owner, f"No. {shade}", shade) for shade in (80, 90, 99)]
    bulk.start_recolor(owner, Picture.objects.all(), {"vividness": 0.5})
    worker.do_next()
    settings.QUOTA_BYTES = quota.usage(owner).bytes
    work_off()
    job = Job.objects.get()
    assert job.state == JobState.FAILED and job.error and job.error["error"] == "over_quota"
    assert sorted(vividness()) == [0.5, USUAL, USUAL] and len(rows) == 3


def test_a_picture_that_was_deleted_meanwhile_fails_alone(owner: User) -> None:
    rows = [picture(owner, f"No. {shade}", shade) for shade in (80, 90)]
    bulk.start_recolor(owner, Picture.objects.all(), {"vividness": 0.5})
    rows[0].delete()
    work_off()
    assert vividness() == [0.5]
    assert sorted(Item.objects.values_list("state", flat=True)) == ["done", "failed"]


def test_a_cancelled_job_leaves_no_version_and_no_file(
    owner: User, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(owner)
    before = media()
    job = bulk.start_recolor(owner, Picture.objects.all(), {"vividness": 0.5})
    held = ledger.held

    def cancelled(lease: Any) -> Item:
        Item.objects.update(lease=None, state="cancelled")
        return held(lease)

    monkeypatch.setattr(ledger, "held", cancelled)
    work_off()
    assert vividness() == [USUAL] and media() == before and job.items.get().result is None


def test_an_account_is_closed_at_once_and_deleted_by_the_worker(owner: User, media: Any) -> None:
    picture(owner)
    client = logged_in(owner)
    answer = client.post("/profile/delete", {"sure": "on"})
    page = answer["Location"]
    assert re.fullmatch(r"/jobs/[0-9a-f-]{36}", page)
    assert not User.objects.get(pk=owner.pk).is_active
    assert client.get("/profile").status_code == 302
    work_off()
    assert not User.objects.filter(pk=owner.pk).exists() and media() == []
    job = Job.objects.get()
    assert job.state == JobState.DONE and job.expires_at and client.get(page).status_code == 200


def test_an_account_is_not_closed_if_its_deletion_cannot_begin(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could log in to ask for it again."""

    def full(*_: Any, **__: Any) -> Job:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(jobs, "start", full)
    with pytest.raises(OperationalError):
        bulk.start_delete_account(owner)
    assert User.objects.get(pk=owner.pk).is_active


def test_deleting_an_account_cannot_be_stopped_half_way(owner: User) -> None:
    client = logged_in(owner)
    page = client.post("/profile/delete", {"sure": "on"})["Location"]
    for verb in ("cancel", "delete"):
        answer = client.post(f"{page}/{verb}", headers={"Accept": "application/json"})
        assert answer.status_code == 409 and answer.json()["error"] == "too_late"
    work_off()
    assert not User.objects.filter(pk=owner.pk).exists()


def test_a_worker_that_was_killed_half_way_leaves_the_rest_to_the_next(owner: User) -> None:
    picture(owner)
    bulk.start_delete_account(owner)
    assert ledger.claim()
    personal_data.delete_account(owner)
    Item.objects.update(lease_until="2020-01-01T00:00Z")
    ledger.sweep()
    work_off()
    assert Job.objects.get().state == JobState.DONE


def unpacked(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.mark.parametrize("large", [False, True])
def test_selected_pictures_are_downloaded_with_their_originals(
    owner: User, settings: Settings, large: bool
) -> None:
    settings.ZIP_STREAM_BYTES = 1 if large else 10**9
    row, client = picture(owner, "Harbour"), logged_in(owner)
    answer = client.post("/gallery/download", {"pictures": [row.pk], "what": "originals"})
    if large:
        work_off()
        told = client.get(answer["Location"], headers={"Accept": "application/json"}).json()
        assert told["words"] == "Your file is ready."
        answer = client.get(told["items"][0]["result"])
    archive = unpacked(answer)
    assert archive.namelist() == ["results/Harbour.jpg", "originals/Harbour.png"]
    assert archive.read("originals/Harbour.png") == grey()


def test_a_large_export_is_packed_by_a_worker_and_needs_the_password(
    owner: User, stranger: User, settings: Settings
) -> None:
    settings.ZIP_STREAM_BYTES = 1
    picture(owner, "Harbour")
    client = logged_in(owner)
    assert "packing takes a while" in client.get("/profile/export").content.decode()
    page = client.post("/profile/export")["Location"]
    work_off()
    assert [sent.to for sent in mail.outbox] == [["owner@example.org"]]
    assert "Your file is ready." in mail.outbox[0].body and page in mail.outbox[0].body
    told = client.get(page, headers={"Accept": "application/json"}).json()
    address = told["items"][0]["result"]
    archive = unpacked(client.get(address))
    assert "originals/Harbour.png" in archive.namelist()
    assert logged_in(stranger).get(address).status_code == 404
    assert client.get(f"{page}/zip").status_code == 404
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")
