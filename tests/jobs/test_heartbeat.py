"""What looks after items while they are worked on."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from jobs import heartbeat, ledger, worker
from jobs.services import jobs
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.jobs.conftest import Chores

pytestmark = pytest.mark.django_db


@pytest.fixture
def watchers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Thread]]:
    """The threads that have looked after something, in their order; each item is looked at soon,
    and is wanted. None of them outlives the test."""
    seen: list[threading.Thread] = []

    def is_held(lease: Any) -> bool:
        seen.append(threading.current_thread())
        return True

    monkeypatch.setattr(heartbeat, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(heartbeat, "heartbeats", heartbeat.Heartbeats())
    monkeypatch.setattr(ledger, "is_held", is_held)
    yield seen
    if (last := heartbeat.heartbeats.thread) is not None:
        last.join(30)


def until_looked_at(watchers: list[threading.Thread]) -> None:
    before, passed = len(watchers), threading.Event()
    for _ in range(3000):
        if len(watchers) > before:
            return
        passed.wait(0.01)
    raise AssertionError("nobody looks after it")


def do_chores(chores: Chores, watchers: list[threading.Thread], count: int) -> None:
    chores.do = lambda work: until_looked_at(watchers)  # type: ignore[method-assign]
    jobs.start("chore", None, "visitor:somebody", [NewItem(f"{n}") for n in range(count)])
    while worker.do_next():
        pass


def test_one_thread_looks_after_all_items(chores: Chores, watchers: list[threading.Thread]) -> None:
    # Without it, the thread could end between two items.
    with heartbeat.heartbeat(Work(claimed()), None, lambda: None):
        do_chores(chores, watchers, 5)
    assert len(chores.done) == 5 and len(set(watchers)) == 1


def claimed() -> Any:
    jobs.start("chore", None, "visitor:somebody", [NewItem("aside")])
    return ledger.claim()


def test_it_ends_with_nothing_in_hand_and_another_one_begins(
    chores: Chores, watchers: list[threading.Thread]
) -> None:
    do_chores(chores, watchers, 1)
    first = watchers[0]
    first.join(30)
    assert not first.is_alive()
    do_chores(chores, watchers, 1)
    assert watchers[-1] is not first


def test_one_that_is_dead_is_replaced(chores: Chores, watchers: list[threading.Thread]) -> None:
    dead = threading.Thread(target=int)
    dead.start()
    dead.join()
    # As after a fork, which takes no threads along.
    heartbeat.heartbeats.thread = dead
    do_chores(chores, watchers, 1)
    assert watchers


def test_what_is_no_longer_wanted_stops(
    chores: Chores, watchers: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    def wait(work: Work) -> None:
        stopped.append(work.stopped.wait(30))
        work.check()

    monkeypatch.setattr(ledger, "is_held", lambda lease: False)
    chores.do = wait  # type: ignore[method-assign]
    jobs.start("chore", None, "visitor:somebody", [NewItem("a")])
    assert worker.do_next()
    assert stopped == [True] and chores.done == []
