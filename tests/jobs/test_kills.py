"""Workers as processes of their own, which are killed, stopped and frozen while they work."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs.models import Item, ItemState, Job, JobState, Worker
from jobs.services import jobs
from tests.jobs.conftest import StartIn
from tests.jobs.kills import (
    ITEMS,
    KILLS,
    LEASE,
    Outcome,
    kill_at_random,
    start_chores,
    wait_for,
    wait_until_done,
)
from tests.jobs.nursery import Forked
from tests.jobs.work import traces
from tests.processes import Workers

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.usefixtures("chores", "traced")]
GRACE = 1
Start = Callable[[int], Workers]


TIMES = {"JOB_LEASE_SECONDS": str(LEASE), "WORK_GRACE_SECONDS": str(GRACE)}


@pytest.fixture
def start(start_in: StartIn, tmp_path: Path) -> Start:
    numbers = itertools.count()
    return lambda count: start_in(tmp_path / str(next(numbers)), count, **TIMES)


@pytest.fixture
def forked(own_database: dict[str, str], tmp_path: Path) -> Iterator[Forked]:
    workers = Forked(tmp_path / "forked", 3, **own_database, **TIMES)
    yield workers
    workers.kill()


def test_killed_workers_lose_nothing_and_double_nothing(forked: Forked) -> None:
    found = kill_at_random(forked)
    assert found == Outcome(
        effects=ITEMS,
        distinct=ITEMS,
        done=ITEMS,
        kills=KILLS,
        interrupted=found.interrupted,
        longest_wait=found.longest_wait,
    )
    assert Job.objects.get(kind="chore").state == JobState.DONE


def test_a_worker_that_is_stopped_finishes_what_it_has_in_hand(start: Start) -> None:
    start_chores(2, seconds=0.7)
    workers = start(1)
    wait_for(lambda: traces("begun"))
    assert workers.stop() == 0
    assert sorted(Item.objects.filter(kind="chore").values_list("state", "attempts")) == [
        (ItemState.DONE, 1),
        (ItemState.WAITING, 0),
    ]
    assert not Worker.objects.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_takes_too_long_is_given_back(start: Start, number: int) -> None:
    """Also with a supervisor; nobody reads a traceback."""
    start_chores(2, seconds=600)
    workers = start(2)
    wait_for(lambda: len({worker for _, worker, _ in traces("begun")}) == 2)
    assert workers.stop(number) == 0
    assert set(Item.objects.filter(kind="chore").values_list("state", "attempts", "lease")) == {
        (ItemState.WAITING, 0, None)
    }
    assert workers.logged().count("Doing long work") == 1  # the others are its own
    assert workers.logged().count("was given back") == 2
    assert "Traceback" not in workers.logged()


def test_a_cancelled_item_is_given_up_long_before_it_would_be_done(start: Start) -> None:
    start_chores(1, seconds=600)
    workers = start(1)
    wait_for(lambda: traces("begun"))
    jobs.cancel(Job.objects.get(kind="chore"))
    wait_for(lambda: "was given up" in workers.logged())
    assert not traces("effect")


@pytest.mark.parametrize("is_deaf", [True, False])
def test_a_worker_that_was_thought_dead_does_no_harm(forked: Forked, is_deaf: bool) -> None:
    start_chores(1, seconds=2, is_deaf=is_deaf)
    wait_for(lambda: traces("begun"))
    ((_, frozen, _),) = traces("begun")
    os.kill(frozen, signal.SIGSTOP)
    wait_until_done()
    os.kill(frozen, signal.SIGCONT)
    wait_for(lambda: "was given up" in forked.logged())
    ((_, worker, _),) = traces("effect")
    chore = Item.objects.get(kind="chore")
    assert worker != frozen and chore.result == {"worker": worker}
    assert chore.attempts == 2


def test_a_worker_that_dies_again_and_again_with_an_item_gives_up(forked: Forked) -> None:
    """It takes no more others with it."""
    start_chores(1, seconds=60)
    Item.objects.filter(kind="chore").update(attempts=4)
    wait_for(lambda: traces("begun"))
    forked.kill_one(traces("begun")[0][1])
    wait_until_done()
    item = Item.objects.get(kind="chore")
    assert item.state == ItemState.FAILED and item.error
    assert (
        item.error["error"] == "worker_lost"
        and Job.objects.get(kind="chore").state == JobState.FAILED
    )
