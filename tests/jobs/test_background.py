"""A worker whose results go to a server stores one while it does the next item."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from colorize.engine.errors import Busy
from gallery.errors import OverQuota
from jobs import ledger, registry, totals, worker
from jobs.background import Background
from jobs.errors import StopJob
from jobs.models import Item, ItemState, Job, JobState, Total
from jobs.registry import Kind, Rest
from jobs.services import jobs
from jobs.services.jobs import NewItem
from jobs.work import Work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

Storing = Callable[[Callable[[Work], None]], None]


@pytest.fixture
def storing(monkeypatch: pytest.MonkeyPatch) -> Storing:
    """Has items of a kind be stored by this function, after they are worked on."""

    def register(store: Callable[[Work], None]) -> None:
        def run(work: Work) -> Rest:
            return partial(store, work)

        monkeypatch.setitem(registry.KINDS, "chore", Kind("chore", "Chore", run))

    return register


def start(*names: str) -> Job:
    return jobs.start("chore", None, "visitor:somebody", [NewItem(name) for name in names])


def states() -> dict[str, str]:
    return dict(Item.objects.values_list("name", "state"))


def work_off() -> None:
    with Background() as background:
        while worker.do_next(background=background):
            pass


def test_the_next_item_is_done_before_the_last_one_is_stored(storing: Storing) -> None:
    next_is_claimed = threading.Event()

    def store(work: Work) -> None:
        if work.item.name == "first":
            assert next_is_claimed.wait(30)

    storing(store)
    start("first", "second")
    with Background() as background:
        assert worker.do_next(background=background)
        item = ledger.claim()
        assert item and item.name == "second" and states()["first"] == ItemState.RUNNING
        next_is_claimed.set()
        worker.do(item, background=background)
    assert states() == {"first": ItemState.DONE, "second": ItemState.DONE}
    assert Job.objects.get().state == JobState.DONE


def test_no_more_than_two_are_in_hand(storing: Storing) -> None:
    in_hand = []

    def store(work: Work) -> None:
        in_hand.append(Item.objects.filter(state=ItemState.RUNNING).count())

    storing(store)
    start(*"abcdef")
    work_off()
    assert len(in_hand) == 6 and max(in_hand) <= 2
    assert set(states().values()) == {ItemState.DONE}


def test_without_such_a_thread_it_is_stored_before_the_next_one(storing: Storing) -> None:
    threads = []
    storing(lambda work: threads.append(threading.current_thread()))
    start("a")
    assert worker.do_next()
    assert threads == [threading.current_thread()] and states() == {"a": ItemState.DONE}


def test_what_fails_when_it_is_stored_is_noted_like_all_else(storing: Storing) -> None:
    def store(work: Work) -> None:
        if work.item.name == "busy":
            raise Busy

    storing(store)
    start("busy", "fine")
    work_off()
    assert states() == {"busy": ItemState.RESTING, "fine": ItemState.DONE}


def test_a_job_that_stops_when_an_item_is_stored_keeps_what_is_done(storing: Storing) -> None:
    def store(work: Work) -> None:
        if work.item.name == "b":
            raise StopJob(OverQuota(reason="it is full"))

    storing(store)
    job = start(*"abcd")
    work_off()
    job.refresh_from_db()
    assert job.state == JobState.FAILED and job.error and job.error["error"] == "over_quota"
    found = states()
    assert (found["a"], found["b"], found["d"]) == (
        ItemState.DONE,
        ItemState.FAILED,
        ItemState.FAILED,
    )


def test_what_is_cancelled_before_it_is_stored_is_not(storing: Storing) -> None:
    storing(lambda work: jobs.cancel(work.item.job))
    start("a", "b")
    work_off()
    assert set(states().values()) == {ItemState.CANCELLED}
    assert Item.objects.filter(result__isnull=True).count() == 2


def test_the_lease_is_looked_after_until_it_is_stored(
    storing: Storing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []
    begun = []

    class Watched:
        def __init__(self, work: Work, *_: object, **__: object) -> None:
            self.work = work

        def __enter__(self) -> None:
            begun.append(self.work.item.name)

        def __exit__(self, *_: object) -> None:
            ended.append(self.work.is_finished)

    monkeypatch.setattr(worker, "heartbeat", Watched)
    storing(lambda work: None)
    start("a", "b")
    work_off()
    assert begun == ["a", "b"] and ended == [True, True]


def work_until(stop: threading.Event) -> None:
    """In a thread of its own, whose connection would outlive it."""
    worker.work(stop)
    connections.close_all()


def test_a_result_is_stored_in_the_background_where_a_server_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert worker.stores_far_away() is (connection.vendor != "sqlite")
    monkeypatch.setattr(worker, "is_in_bucket", lambda: True)
    assert worker.stores_far_away()


@pytest.mark.parametrize("is_far", [True, False])
def test_a_worker_that_stops_stores_what_it_has_in_hand(
    storing: Storing, is_far: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "stores_far_away", lambda: is_far)
    threads = set()
    stop, stopped = threading.Event(), threading.Event()

    def store(work: Work) -> None:
        threads.add(threading.current_thread())
        stop.set()
        assert stopped.wait(30)

    storing(store)
    start("a", "b")
    thread = threading.Thread(target=work_until, args=(stop,))
    thread.start()
    assert stop.wait(30)
    stopped.set()
    thread.join(30)
    assert not thread.is_alive()
    # From far away, storing takes so long that it is worth the change of threads.
    assert (threads == {thread}) is not is_far
    found = states()
    assert found["a"] == ItemState.DONE and ItemState.RUNNING not in found.values()


def test_what_two_threads_add_to_the_totals_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_looked = threading.Barrier(2)
    add = totals.add

    def add_late(*what: Any) -> None:
        # Of threads that take turns, one never comes.
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(0.3)
        add(*what)

    monkeypatch.setattr(totals, "add", add_late)
    totals.note("chore", "done")
    with Background() as background:
        background.begin(totals.flush)
        totals.flush()
    assert Total.objects.get(kind="chore", what="done").count == 1
