"""Nothing of a job is left behind, whatever deletes it."""

import io
import json
import zipfile
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from gallery.models import Picture
from gallery.services import personal_data
from jobs.models import Job, JobFile
from jobs.services import removal
from tests.cast import grey
from tests.jobs.batch import Browser, work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


def reconcile(*arguments: str) -> str:
    out = StringIO()
    try:
        call_command("reconcile", "--older-than", "0", *arguments, stdout=out)
    except SystemExit:
        out.write("problems are left")
    return out.getvalue()


def test_what_has_expired_is_deleted_with_its_files(media: Any) -> None:
    browser = Browser().begin().send_all({"a.png": grey(1)})
    browser.finish()
    assert removal.expire() == 0 and media()
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert removal.expire() == 1 and media() == []


def test_what_no_worker_has_come_to_does_not_expire(media: Any) -> None:
    """Its time counts from when it is done, as its page says."""
    browser = Browser().begin().send_all({"a.png": grey(1)})
    browser.do("close")
    Job.objects.update(expires_at=timezone.now() - timedelta(days=9))
    assert removal.expire() == 0
    work_off()
    assert browser.read()["state"] == "done" and removal.expire() == 0
    left = Job.objects.get().expires_at
    assert left and left > timezone.now() + timedelta(hours=23)


def test_a_deleted_account_takes_the_files_of_its_jobs_along(owner: User, media: Any) -> None:
    Browser(logged_in(owner)).begin().send_all({"a.png": grey(1)})
    assert media()
    personal_data.delete_account(owner)
    assert media() == [] and not Job.objects.exists()


def test_the_export_of_everything_lists_jobs(owner: User, stranger: User) -> None:
    for person, title in ((owner, "Old ones"), (stranger, "Another's")):
        browser = Browser(logged_in(person)).begin(title=title)
        browser.send_all({"a.png": grey(1)}).finish()
    with zipfile.ZipFile(io.BytesIO(b"".join(personal_data.export(owner)))) as archive:
        (job,) = json.loads(archive.read("data.json"))["account"]["jobs"]
    assert (job["title"], job["state"]) == ("Old ones", "done")
    assert [item["name"] for item in job["items"]] == ["a.png"]


def test_deleting_a_batch_leaves_the_gallery_alone(owner: User, media: Any) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({"a.png": grey(1), "note.txt": b"x"}).finish()
    assert browser.do("delete").status_code == 204
    assert Picture.objects.count() == 1
    assert not [name for name in media() if name.startswith("jobs/")]


def test_reconcile_knows_the_files_of_jobs(media: Any) -> None:
    Browser().begin().send_all({"a.png": grey(1), "b.png": grey(2)}).finish()
    assert "0 problems" in reconcile()
    default_storage.save("jobs/aa/stray", ContentFile(b"x"))
    lost = JobFile.objects.filter(role="result").first()
    assert lost
    default_storage.delete(lost.file.name or "")
    said = reconcile()
    assert "jobs/aa/stray: belongs to no job" in said and "the file of a job is lost" in said
    assert "2 repaired" in reconcile("--fix")
    assert "strays/jobs/aa/stray" in media() and not JobFile.objects.filter(pk=lost.pk).exists()
    assert "0 problems" in reconcile()
