"""ZIP files of results: sent while they are built, or made by a job where they are large."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Picture
from jobs.models import Job, JobFile
from jobs.services import jobs, removal, zips
from tests.cast import grey, picture
from tests.jobs.batch import JSON, Browser, work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


def unpacked(response: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("is_visitor", [False, True])
def test_all_that_is_done_comes_in_one_file(owner: User, is_visitor: bool) -> None:
    browser = Browser(Client() if is_visitor else logged_in(owner)).begin()
    names = [("a.png", grey(1)), ("note.txt", b"no photo"), ("A.png", grey(2))]
    browser.send_all(dict(names)).finish()
    found = unpacked(browser.client.get(f"{browser.job['url']}/zip"))
    assert set(found) == {"a.jpg", "A (2).jpg"}
    assert all(data.startswith(b"\xff\xd8") for data in found.values())


def test_a_lost_file_is_named_in_the_zip(media: Any, settings: Any) -> None:
    browser = Browser().begin().send_all({"a.png": grey(1), "b.png": grey(2)})
    browser.finish()
    row = JobFile.objects.filter(role="result").first()
    assert row
    row.file.storage.delete(row.file.name or "")
    found = unpacked(browser.client.get(f"{browser.job['url']}/zip"))
    assert set(found) == {"b.jpg", "missing.txt"} and b"a.jpg" in found["missing.txt"]


def test_a_large_one_is_made_by_a_job_once(owner: User, settings: Any, media: Any) -> None:
    settings.ZIP_STREAM_BYTES = 10
    browser = Browser(logged_in(owner)).begin(title="Old ones").send_all({"a.png": grey(1)})
    browser.finish()
    place = f"{browser.job['url']}/zip"
    first, again = (browser.client.get(place)["Location"] for _ in range(2))
    assert first == again and Job.objects.filter(kind="zip").count() == 1
    work_off()
    told = browser.client.get(first, headers=JSON).json()
    assert told["state"] == "done" and told["title"] == "ZIP of Old ones" and told["expires_at"]
    (item,) = told["items"]
    response = browser.client.get(item["result"])
    assert response["Content-Type"] == "application/zip" and set(unpacked(response)) == {"a.jpg"}
    assert Client().get(item["result"]).status_code == 404
    removal.delete(Job.objects.get(kind="zip"))
    assert not [name for name in media() if name.startswith("jobs/")]


@pytest.mark.parametrize("originals", [False, True])
def test_pictures_of_the_gallery_are_packed(
    owner: User, stranger: User, originals: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one's own; in pieces that are read back as one file."""
    monkeypatch.setattr(zips, "PIECE_BYTES", 300)
    kept, foreign = picture(owner, "Grandma", 1), picture(stranger, "Secret", 2)
    job = zips.start_zip(owner, [kept.pk, foreign.pk], originals)
    work_off()
    assert JobFile.objects.count() >= 2
    (item,) = logged_in(owner).get(job.get_absolute_url(), headers=JSON).json()["items"]
    found = unpacked(logged_in(owner).get(item["result"]))
    assert set(found) == (
        {"results/Grandma.jpg", "originals/Grandma.png"} if originals else {"Grandma.jpg"}
    )


def test_a_batch_that_was_deleted_has_no_zip(owner: User, settings: Any) -> None:
    browser = Browser(logged_in(owner)).begin().send_all({"a.png": grey(1)})
    browser.finish()
    made = zips.zip_job_of(Job.objects.get())
    removal.delete(Job.objects.get(kind="batch"))
    work_off()
    made.refresh_from_db()
    assert made.state == "failed" and Picture.objects.exists()
    assert jobs.retry(made) == 1
