"""A kind of work that the tests command, registered for one test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, transaction

from jobs import heartbeat, registry, totals
from jobs.registry import Kind
from jobs.work import Work
from tests.jobs.work import TABLE
from tests.processes import Workers, database_url

# Of workers on the test's own database: a folder, how many, and their settings.
StartIn = Callable[..., Workers]


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


@pytest.fixture
def own_database(transactional_db: None) -> dict[str, str]:
    """The settings of processes that use the test's own database."""
    parts = connection.settings_dict
    return {
        "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
        "DATABASE_URL": database_url(parts),
        "TESTED_DATABASE": str(parts["NAME"]),
    }


@pytest.fixture
def traced(transactional_db: None) -> Iterator[None]:
    """Workers can leave their traces."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE traces")


@pytest.fixture
def start_in(own_database: dict[str, str]) -> Iterator[StartIn]:
    """None of them outlives the test."""
    with ExitStack() as running:
        yield lambda folder, count, **environment: running.enter_context(
            Workers(folder, count, **(own_database | environment))
        )


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that watches over a lease does not see what a test has not committed."""
    monkeypatch.setattr(heartbeat, "LOOK_SECONDS", 60)
