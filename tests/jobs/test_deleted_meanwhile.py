"""Jobs that are deleted while somebody, or a worker, is busy with them."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from jobs import ledger
from jobs.errors import Stopped, WorkerLost
from jobs.models import Item, Job
from jobs.services import bulk, jobs, removal
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.jobs.batch import Browser
from tests.jobs.conftest import Chores
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


@pytest.mark.parametrize("verb", ["close", "cancel", "retry", "notify", "delete", "items"])
def test_a_job_that_another_tab_has_just_deleted_is_not_found(
    owner: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(logged_in(owner)).begin()
    found = Job.objects.get()

    class Seen:
        def filter(self, **_: Any) -> "Seen":
            return self

        def first(self) -> Job:
            Job.objects.filter(pk=found.pk).delete()
            return found

    monkeypatch.setattr(type(Job.objects), "seen_by", lambda *_: Seen())
    adds = verb == "items"
    answer = browser.promise(("a.png", 9)) if adds else browser.do(verb, give_up="1")
    assert answer.status_code == 404 and answer.json()["error"] == "not_found"


@pytest.mark.parametrize("verb", ["close", "cancel", "retry", "notify"])
def test_a_job_that_another_tab_deletes_right_afterwards_is_not_found(
    owner: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(logged_in(owner)).begin()
    read_again = Job.refresh_from_db

    def gone(job: Job, *args: Any, **kwargs: Any) -> None:
        Job.objects.all().delete()
        read_again(job, *args, **kwargs)

    monkeypatch.setattr(Job, "refresh_from_db", gone)
    answer = browser.do(verb, give_up="1")
    assert answer.status_code == 404 and answer.json()["error"] == "not_found"


def test_a_worker_goes_on_when_a_job_vanishes_as_it_is_claimed(
    chores: Chores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the row of the job can go between two queries."""
    jobs.start("chore", None, "a", [NewItem("one")])
    item = ledger.claim()
    assert item and item.lease
    Item.objects.update(lease_until="2020-01-01T00:00Z")
    monkeypatch.setattr(connection.features, "has_select_for_update", True)
    monkeypatch.setattr(Job.objects, "select_for_update", Job.objects.none)
    with pytest.raises(Stopped), Work(item).finish():
        pass
    assert ledger.fail(item, WorkerLost(times=1)) == ""
    ledger.sweep()
    monkeypatch.undo()
    item = Item.objects.get()
    Job.objects.all().delete()
    ledger.note_start(item)


def test_one_job_that_must_not_stop_keeps_no_other_from_expiring(owner: User) -> None:
    """An account whose deletion is tried again long after."""
    bulk.start_delete_account(owner)
    Browser().begin().do("close")
    Job.objects.update(expires_at="2020-01-01T00:00Z")
    assert removal.expire() == 1
    assert Job.objects.get().kind == "delete_account"
