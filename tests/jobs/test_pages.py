"""What people read on the pages of batches and jobs, before any script."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from colorize.engine.noticed import Noticed
from gallery.errors import OverQuota
from gallery.models import Album
from jobs import text
from jobs.errors import NeverArrived
from jobs.ledger import told
from jobs.models import Item, ItemState, Job, JobState, Worker
from jobs.registry import KINDS, Kind
from tests.login import logged_in

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def job_of(state: JobState, *states: ItemState, **fields: Any) -> Job:
    """A visitor's, unless it has an owner."""
    fields = {"kind": "batch", "lane": "visitor:somebody"} | fields
    job = Job.objects.create(state=state, **fields)
    Item.objects.bulk_create(
        Item(job=job, kind=job.kind, lane=job.lane, position=place, name=f"{place}.tif", state=each)
        for place, each in enumerate(states)
    )
    return job


def page(job: Job, client: Client | None = None) -> str:
    return (client or Client()).get(job.get_absolute_url()).content.decode()


def headline(job: Job) -> str:
    return text.headline(job, job.counts())


U, W, R, D, F, C = (
    ItemState.UPLOADING,
    ItemState.WAITING,
    ItemState.RUNNING,
    ItemState.DONE,
    ItemState.FAILED,
    ItemState.CANCELLED,
)


@pytest.mark.parametrize(
    ("state", "items", "said"),
    [
        (JobState.OPEN, [], "No photos have arrived yet."),
        (JobState.OPEN, [U, W, W], "2 of 3 photos have arrived."),
        (JobState.OPEN, [U, D], "1 of 2 photos have arrived. 1 is in colour."),
        (JobState.RUNNING, [W], "1 photo waiting for its turn."),
        (JobState.RUNNING, [W, W], "2 photos waiting for their turn."),
        (JobState.RUNNING, [D, R, W], "1 of 3 photos are in colour."),
        (JobState.DONE, [D], "Your photo is in colour."),
        (JobState.DONE, [D, D], "All 2 photos are in colour."),
        (JobState.DONE, [D, F], "1 of 2 photos are in colour. 1 could not be done."),
        (JobState.CANCELLED, [D, C], "Cancelled. 1 of 2 photos are in colour."),
        (JobState.FAILED, [F], "0 of 1 photo is in colour. 1 could not be done."),
    ],
)
def test_how_far_it_is_in_a_sentence(state: JobState, items: list[ItemState], said: str) -> None:
    job = job_of(state, *items)
    assert headline(job) == said and said in page(job)


def test_why_it_stopped_comes_first_and_once() -> None:
    error = told(OverQuota(reason="it holds 10 pictures"))
    job = job_of(JobState.FAILED, D, F, error=error)
    job.items.filter(state=F).update(error=error)
    assert headline(job).startswith("Your gallery is full")
    assert re.search(r"data-error\s+hidden", page(job))


def test_sidecars_and_unpacked_zips_do_not_count() -> None:
    job = job_of(JobState.RUNNING, D, D, D, W)
    for position, name in enumerate(["scan.jpg", "scan.XMP", "album.zip", "two.jpg"]):
        job.items.filter(position=position).update(name=name)
    assert headline(job) == "1 of 2 photos are in colour."


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (20, "less than a minute left"),
        (70, "about 1 minute left"),
        (190, "about 3 minutes left"),
        (7300, "about 2 hours left"),
    ],
)
def test_the_time_left_in_words(seconds: float | None, said: str) -> None:
    assert text.time_left(seconds) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "an hour"), (12, "12 hours"), (24, "a day"), (72, "3 days")]
)
def test_how_long_a_batch_is_kept_in_words(hours: int, said: str) -> None:
    assert text.hours(hours) == said


def test_buttons_are_those_that_do_something() -> None:
    def possible(state: JobState, *items: ItemState) -> list[str]:
        job = job_of(state, *items)
        return text.actions(job, job.counts())

    assert possible(JobState.OPEN, U) == ["cancel", "notify"]
    assert possible(JobState.RUNNING, D, F, W) == ["cancel", "retry", "notify"]
    assert possible(JobState.DONE, D) == ["zip"]
    assert possible(JobState.CANCELLED, D, F, C) == ["resume", "zip"]


def test_what_never_arrived_cannot_be_tried_again() -> None:
    job = job_of(JobState.DONE, D, F)
    job.items.filter(state=F).update(is_incomplete=True, error=told(NeverArrived()))
    assert text.actions(job, job.counts()) == ["zip"]
    item = job.items.get(state=F)
    assert not text.of_item(item, {})["may_retry"]


def test_what_was_noticed_is_told() -> None:
    seen = Noticed(faded=True, turn=90).as_dict()
    assert text.noticed(seen, {}) == [
        "This photo seems to lie on its side.",
        "This photo is faded.",
    ]
    assert text.noticed(None, {}) == []


def test_it_is_said_if_nobody_works() -> None:
    job = job_of(JobState.RUNNING, W)
    notice = re.compile(r"data-no-worker\s+hidden")
    assert "is not running at the moment" in page(job) and not notice.search(page(job))
    Worker.objects.create(name="one")
    assert notice.search(page(job))


def test_a_visitor_reads_how_long_it_is_kept(settings: Any) -> None:
    settings.BATCH_HOURS = 12
    form = Client().get("/batch").content.decode()
    assert "A batch is kept for 12 hours, then deleted." in form
    end = timezone.now() + timedelta(hours=12)
    assert "Kept for 12 hours once it is done" in page(job_of(JobState.RUNNING, W, expires_at=end))
    assert "Kept until " in page(job_of(JobState.DONE, D, expires_at=end))
    assert "kept for 12 hours after the batch is done" in Client().get("/faq").content.decode()


def test_people_with_an_account_read_nothing_of_the_kind(owner: User) -> None:
    client = logged_in(owner)
    assert "A batch is kept" not in client.get("/batch").content.decode()
    end = timezone.now() + timedelta(hours=12)
    job = job_of(JobState.DONE, D, owner=owner, expires_at=end)
    assert "Kept until" not in page(job, client)
    assert "Remove from your list" in page(job, client)
    assert Client().get(job.get_absolute_url()).status_code == 404


def test_without_scripts_the_page_loads_itself_again_until_it_is_finished() -> None:
    refresh = 'http-equiv="refresh"'
    assert refresh in page(job_of(JobState.RUNNING, W))
    assert refresh not in page(job_of(JobState.DONE, D))


def test_the_list_shows_a_persons_own_newest_first(owner: User, stranger: User) -> None:
    now = timezone.now()
    for age, title in enumerate(["new", "old"]):
        created = now - timedelta(days=age)
        job_of(JobState.RUNNING, D, W, owner=owner, title=title, created_at=created)
    job_of(JobState.DONE, D, owner=stranger, title="strange")
    shown = logged_in(owner).get("/jobs").content.decode()
    assert shown.index("new</a>") < shown.index("old</a>") and "strange" not in shown
    assert shown.count("1 of 2 photos are in colour.") == 2
    assert (
        "No batches yet"
        in logged_in(User.objects.create_user("third")).get("/jobs").content.decode()
    )


def test_a_new_album_is_made_once(owner: User) -> None:
    client = logged_in(owner)
    for _ in range(2):
        form = {"new_album": "Farm"}
        assert client.post("/batch", form, headers=JSON).status_code == 201
    album = Album.objects.get()
    albums = {job.options["album"] for job in Job.objects.all()}
    assert album.name == "Farm" and albums == {str(album.pk)}


def test_a_finished_file_has_a_button(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind("zip", "ZIP file", lambda work: None)
    monkeypatch.setitem(KINDS, "zip", kind)
    job = job_of(JobState.RUNNING, R, kind="zip")
    assert "Your file is being made." in page(job) and 'class="job-rows"' in page(job)
    job.items.update(state=D, result={"roles": ["result"]})
    job.state, job.expires_at = JobState.DONE, datetime(1932, 5, 1, 12, tzinfo=UTC)
    job.save()
    item = job.items.get()
    shown = page(job)
    # The button says it all.
    assert re.search(r'data-state="done"\s+hidden', shown) and "Kept until 1 May, 12:00" in shown
    assert "Your file is ready." in shown
    assert f'href="/jobs/{job.pk}/items/{item.pk}/result?download"' in shown


def test_an_email_can_be_asked_for_later(owner: User) -> None:
    client = logged_in(owner)
    job = job_of(JobState.RUNNING, W, owner=owner)
    hidden = re.compile(r"data-notified\s+hidden")
    assert hidden.search(page(job, client))
    client.post(f"/jobs/{job.pk}/notify")
    job.refresh_from_db()
    assert job.notify and not hidden.search(page(job, client))
    assert text.actions(job, job.counts()) == ["cancel"]


def test_a_visitor_leaves_an_address_for_it() -> None:
    job = job_of(JobState.RUNNING, W)
    refused = Client().post(f"/jobs/{job.pk}/notify", {"email": "ann"})
    assert refused.status_code == 400 and "this is not an email address" in refused.content.decode()
    Client().post(f"/jobs/{job.pk}/notify", {"email": "ann@example.org"})
    job.refresh_from_db()
    assert (job.notify, job.email) == (True, "ann@example.org")


def test_a_deleted_account_leaves_nothing_to_keep_or_delete() -> None:
    job = job_of(JobState.RUNNING, R, kind="delete_account")
    shown = page(job)
    assert "Your account is being deleted." in shown
    assert "data-kept" not in shown and f"/jobs/{job.pk}/delete" not in shown
    assert text.actions(job, job.counts()) == []


def test_whose_it_is_has_to_log_in_and_nobody_learns_that_it_exists(owner: User) -> None:
    job = job_of(JobState.DONE, D, owner=owner)
    theirs, none = page(job), Client().get(f"/jobs/{uuid4()}")
    assert none.status_code == 404
    for shown in (theirs, none.content.decode()):
        assert (
            "This page no longer exists" in shown
            and "for a day" in shown
            and "/accounts/login/?next=/jobs/" in shown
        )
    assert Client().get(job.get_absolute_url(), headers=JSON).json()["error"] == "not_found"
