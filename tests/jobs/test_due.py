"""The upkeep, done by the workers at its times."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from accounts.models import User
from gallery.models import Picture
from gallery.services import bin
from jobs import due, ledger
from jobs.models import Due, Item, ItemState, Job, JobState
from jobs.services import jobs
from jobs.services.jobs import NewItem
from tests.cast import picture
from tests.jobs.batch import work_off
from tests.jobs.conftest import Chores

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


def all_due() -> None:
    due.look()
    Due.objects.update(next_at=timezone.now())


def upkeep() -> None:
    all_due()
    due.look()
    work_off()


def test_nothing_is_due_on_a_new_site() -> None:
    due.look()
    due.look()
    assert set(Due.objects.values_list("name", flat=True)) == set(due.TASKS)
    assert not Item.objects.exists()


def test_each_task_is_done_once_each_time(caplog: pytest.LogCaptureFixture) -> None:
    all_due()
    for _ in range(3):
        due.look()
    assert Item.objects.count() == len(due.TASKS)
    work_off()
    assert set(Item.objects.values_list("state", flat=True)) == {ItemState.DONE}
    said = [record.getMessage() for record in caplog.records if record.name == "jobs.due"]
    assert len(said) == len(due.TASKS) and any(
        line.startswith("empty_bin: 0 pict") for line in said
    )
    upkeep()
    assert Item.objects.count() == len(due.TASKS)  # only the last run is kept
    assert all(
        next_at > timezone.now() for next_at in Due.objects.values_list("next_at", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_does_what_is_due() -> None:
    all_due()

    def look() -> None:
        start.wait()
        due.look()
        connection.close()

    start = threading.Barrier(4)
    workers = [threading.Thread(target=look) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sorted(Item.objects.values_list("name", flat=True)) == sorted(due.TASKS)


def test_a_task_that_is_not_over_is_not_begun_again() -> None:
    all_due()
    due.look()
    Due.objects.update(next_at=timezone.now())
    due.look()
    assert Item.objects.count() == len(due.TASKS)


def test_a_task_survives_its_worker() -> None:
    all_due()
    due.look()
    lost = ledger.claim()
    assert lost and lost.kind == due.KIND
    Item.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    work_off()
    assert set(Item.objects.values_list("state", flat=True)) == {ItemState.DONE}


def test_the_bin_is_emptied(owner: User) -> None:
    old, new = picture(owner, "Old", 1), picture(owner, "New", 2)
    bin.move_to_bin(Picture.objects.all())
    Picture.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - LONG_AGO)
    upkeep()
    assert list(Picture.objects.all()) == [new]


def finished_job(owner: User | None, age: timedelta, **fields: Any) -> Job:
    job = jobs.start("chore", owner, "lane", [NewItem("a")], **fields)
    work_off()
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - age)
    return job


def test_jobs_go_when_their_time_is_over(owner: User, chores: Chores) -> None:
    now = timezone.now()
    finished_job(None, timedelta(0), expires_at=now - timedelta(minutes=1))
    finished_job(owner, timedelta(days=settings.JOB_DAYS + 1))
    kept = [
        finished_job(None, timedelta(0), expires_at=now + timedelta(hours=1)),
        finished_job(owner, timedelta(days=settings.JOB_DAYS - 1)),
        jobs.create("chore", owner, "lane"),
    ]
    upkeep()
    assert set(Job.objects.filter(kind="chore")) == set(kept)


def test_emails_that_were_sent_are_forgotten_after_a_day(settings: Any) -> None:
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    settings.EMAIL_DELIVERY = "django.core.mail.backends.locmem.EmailBackend"
    for _ in range(3):
        EmailMessage("Hello", "", to=["ann@example.org"]).send()
    work_off()
    sent, failed, _ = mails = Job.objects.order_by("created_at")
    yesterday = timezone.now() - timedelta(hours=25)
    Job.objects.filter(pk__in=[sent.pk, failed.pk]).update(finished_at=yesterday)
    Job.objects.filter(pk=failed.pk).update(state=JobState.FAILED)
    upkeep()
    assert set(Job.objects.filter(kind="mail")) == set(mails) - {sent}
