"""The ledger: nothing is lost, nothing is done twice, and everybody gets their turn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from colorize.engine.errors import Busy, Damaged
from gallery.errors import OverQuota
from jobs import ledger, worker
from jobs.errors import StopJob, Stopped
from jobs.models import Item, ItemState, Job, JobState
from jobs.services import jobs
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.jobs.batch import work_off
from tests.jobs.conftest import Chores

pytestmark = pytest.mark.django_db


def start(owner: User | None, *names: str, visitor: str = "somebody") -> Job:
    lane = jobs.lane_of(owner, visitor)
    return jobs.start("chore", owner, lane, [NewItem(name) for name in names])


def test_all_of_a_job_is_done_and_the_job_ends(chores: Chores, owner: User) -> None:
    job = start(owner, "a", "b", "c")
    work_off()
    job.refresh_from_db()
    assert chores.done == ["a", "b", "c"]
    assert job.state == JobState.DONE and job.finished_at and chores.ended == [job.pk]
    assert [item.result for item in job.items.order_by("position")] == [
        {"name": "a"},
        {"name": "b"},
        {"name": "c"},
    ]


def test_a_long_job_does_not_keep_a_short_one_waiting(chores: Chores, owner: User) -> None:
    start(owner, *(f"long {number}" for number in range(20)))
    for _ in range(5):
        worker.do_next()
    start(None, "short 1", "short 2", "short 3")
    for _ in range(7):
        worker.do_next()
    assert {"short 1", "short 2", "short 3"} <= set(chores.done)


def test_a_lost_item_is_done_by_the_next_worker(chores: Chores, owner: User) -> None:
    start(owner, "a")
    lost = ledger.claim()
    assert lost and not worker.do_next()
    Item.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    work_off()
    assert chores.done == ["a"]
    with pytest.raises(Stopped), Work(lost).finish() as result:
        result["name"] = "too late"
    assert Item.objects.get().result == {"name": "a"}


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(
    chores: Chores, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = {"damaged": Damaged(), "busy": Busy()}

    def do(work: Work) -> None:
        raise problems[work.item.name]

    monkeypatch.setattr(chores, "do", do)
    start(owner, "damaged", "busy")
    work_off()
    states = dict(Item.objects.values_list("name", "state"))
    assert states == {"damaged": ItemState.FAILED, "busy": ItemState.RESTING}
    assert Item.objects.get(name="damaged").error == ledger.told(Damaged())
    monkeypatch.setattr(chores, "do", lambda work: None)
    Item.objects.update(not_before=timezone.now())
    ledger.sweep()
    work_off()
    assert Item.objects.get(name="busy").state == ItemState.DONE
    assert Job.objects.get().state == JobState.DONE


def test_a_cancelled_job_stores_nothing_more(
    chores: Chores, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(owner, "a", "b")
    monkeypatch.setattr(chores, "do", lambda work: jobs.cancel(job))
    work_off()
    assert chores.done == [] and Job.objects.get().state == JobState.CANCELLED
    assert set(Item.objects.values_list("state", flat=True)) == {ItemState.CANCELLED}


def test_a_job_stops_where_going_on_makes_no_sense(
    chores: Chores, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def do(work: Work) -> None:
        if work.item.name == "b":
            raise StopJob(OverQuota(reason="it is full"))

    monkeypatch.setattr(chores, "do", do)
    job = start(owner, "a", "b", "c")
    work_off()
    job.refresh_from_db()
    assert job.state == JobState.FAILED and job.error and job.error["error"] == "over_quota"
    assert chores.done == ["a"]
    monkeypatch.setattr(chores, "do", lambda work: None)
    assert jobs.retry(job) == 2
    work_off()
    assert chores.done == ["a", "b", "c"]
    job.refresh_from_db()
    assert job.state == JobState.DONE and job.error is None
