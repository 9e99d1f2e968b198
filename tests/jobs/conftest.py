"""A kind of work that the tests command, registered for one test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from jobs import registry, totals, watch
from jobs.registry import Kind
from jobs.work import Work


class Chores:
    """Notes what it was asked to do, and does what `do` says."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.ended: list[Any] = []

    def do(self, work: Work) -> None:
        """Replaced by tests."""

    def run(self, work: Work) -> None:
        self.do(work)
        with work.finish() as result:
            result["name"] = work.item.name
        self.done.append(work.item.name)


@pytest.fixture(autouse=True)
def nothing_noted() -> None:
    """What other tests did is not added to this one's totals."""
    totals._noted.clear()


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done after a commit is done at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_, **__: call())


@pytest.fixture
def chores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chores]:
    chores = Chores()
    kind = Kind("chore", "Chore", chores.run, after=lambda job: chores.ended.append(job.pk))
    monkeypatch.setitem(registry.KINDS, kind.name, kind)
    yield chores


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that watches over a lease does not see what a test has not committed."""
    monkeypatch.setattr(watch, "WATCH_SECONDS", 60)
