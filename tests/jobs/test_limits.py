"""What one person or visitor may take: never more by asking again, or in other ways."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.settings import api_settings

from accounts.models import User
from colorize.engine.metadata import xmp
from jobs.errors import TooManyBatches
from jobs.models import Item, Job, JobFile
from jobs.services import bulk, jobs, zips
from jobs.services.limits import limits_for
from tests.cast import grey, picture
from tests.gallery.api import Api
from tests.jobs.batch import JSON, Browser, work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


@pytest.mark.parametrize("is_visitor", [False, True])
def test_there_is_no_zip_of_a_zip(owner: User, settings: Any, is_visitor: bool) -> None:
    """It would be another copy of everything, and then one of that."""
    settings.ZIP_STREAM_BYTES = 10
    browser = Browser(Client() if is_visitor else logged_in(owner)).begin()
    browser.send_all({"a.png": grey(1)}).finish()
    page = browser.client.get(f"{browser.job['url']}/zip")["Location"]
    work_off()
    for _ in range(2):
        assert browser.client.get(f"{page}/zip", headers=JSON).status_code == 404
    assert Job.objects.filter(kind="zip").count() == 1


def test_a_zip_is_no_way_around_the_password_of_an_export(owner: User, settings: Any) -> None:
    picture(owner)
    job = bulk.start_export(owner)
    work_off()
    for limit in (1, 10**9):
        settings.ZIP_STREAM_BYTES = limit
        assert logged_in(owner).get(f"/jobs/{job.pk}/zip", headers=JSON).status_code == 404
    assert not Job.objects.filter(kind="zip").exists()


def test_an_export_is_not_to_be_watched_like_a_piece_of_a_film(owner: User) -> None:
    """For that, a token would be enough, without the password."""
    job = bulk.start_export(owner)
    work_off()
    item = job.items.get()
    assert JobFile.objects.filter(item=item, role="result").exists()
    assert Api(owner, "read").get(f"/api/v1/jobs/{job.pk}/items/{item.pk}/piece").status_code == 404


def test_of_a_batch_only_the_latest_zip_is_kept(owner: User, settings: Any) -> None:
    """One is asked for again and again while photos become ready."""
    settings.ZIP_STREAM_BYTES = 10
    browser = Browser(logged_in(owner)).begin().send_all({"a.png": grey(1)})
    for shade in (2, 3):
        work_off()
        browser.client.get(f"{browser.job['url']}/zip")
        work_off()
        browser.send_all({f"{shade}.png": grey(shade)})
    assert Job.objects.filter(kind="zip").count() == 1
    assert JobFile.objects.filter(item__kind="zip").count() == 1


def test_who_keeps_too_much_in_jobs_begins_no_other(owner: User, settings: Any) -> None:
    """As by batches that are cancelled again, or ZIP files of the same pictures."""
    settings.BATCH_BYTES, settings.BATCHES_AT_ONCE = len(grey(1)), 2
    browser = Browser(logged_in(owner))
    for _ in range(2):
        browser.begin().send_all({"a.png": grey(1)}).do("cancel")
    answer = browser.client.post("/batch", {}, headers=JSON)
    assert answer.status_code == 429 and answer.json()["error"] == "too_many_batches"
    kept = picture(owner)
    with pytest.raises(TooManyBatches):
        zips.start_zip(owner, [kept.pk])
    browser.do("delete")
    browser.begin()


def test_no_kind_of_job_is_begun_too_often(owner: User, settings: Any) -> None:
    settings.BATCHES_AT_ONCE = 2
    row = picture(owner)
    own = type(row).objects.owned_by(owner)
    ways: tuple[Callable[[], Job], ...] = (
        lambda: bulk.start_recolor(owner, own, {"vividness": 0.5}),
        lambda: bulk.start_export(owner),
        lambda: zips.start_zip(owner, [row.pk]),
    )
    for begin in ways:
        first, _ = begin(), begin()
        with pytest.raises(TooManyBatches):
            begin()
        jobs.cancel(first)
        begin()
    assert Item.objects.count() == 9


def test_what_goes_along_with_photos_has_bounds_of_its_own() -> None:
    bounds = limits_for(None)
    names = ("a.XMP", "a.b.Zip", "xmp", "a.jpg", "zip.jpg")
    photo = bounds.photo_bytes
    found = [bounds.most_bytes(name) for name in names]
    assert found == [xmp.MAX_SIZE, bounds.bytes, photo, photo, photo]


class Unread:
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("it was read")

    readline = read


def send_unread(client: Client, page: str) -> Any:
    body: Any = {"CONTENT_LENGTH": "40000000", "wsgi.input": Unread()}
    return client.generic(
        "POST", page, b"", "multipart/form-data; boundary=x", headers=JSON, **body
    )


@pytest.mark.parametrize("is_visitor", [False, True])
@pytest.mark.parametrize("page", ["batch", "film"])
def test_what_may_not_begin_is_refused_unread(
    owner: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, page: str, is_visitor: bool
) -> None:
    """Each of many requests could bring as much as one photo may have, for nothing."""
    client = Client() if is_visitor else logged_in(owner)
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "photos", "1/min")
    settings.VISITOR_BATCHES = settings.BATCHES_AT_ONCE = 0
    full, often = (send_unread(client, f"/{page}") for _ in range(2))
    assert (full.status_code, full.json()["error"]) == (429, "too_many_batches")
    assert (often.status_code, often.json()["error"]) == (429, "rate_limited")
    assert full["Retry-After"] and often["Retry-After"]
