"""How many work processes a machine gets if nobody says it."""

import os
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from jobs import machine
from jobs.management.commands import serve, work
from jobs.supervisor import Child

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "gigabytes", "spared", "processes"),
    [
        (2, 8, 0, 2),
        (2, 8, 1, 1),
        (1, 8, 1, 1),
        (4, 16, 1, 3),
        (4, 5, 0, 2),
        (4, 1, 0, 1),
        (64, 256, 1, 4),
    ],
)
def test_there_is_one_for_each_core_as_far_as_there_is_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, spared: int, processes: int
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "memory", lambda: gigabytes * GB)
    assert machine.work_processes(spared) == processes


def test_only_the_cores_that_the_process_may_use_count() -> None:
    may = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(may)})
    try:
        assert machine.cores() == 1
    finally:
        os.sched_setaffinity(0, may)
    assert machine.cores() == len(may)


@pytest.mark.parametrize(("there_are", "counted"), [(6, 6), (None, 1)])
def test_where_no_system_says_which_all_count(
    monkeypatch: pytest.MonkeyPatch, there_are: int | None, counted: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: there_are)
    assert machine.cores() == counted


@pytest.mark.parametrize(
    ("limit", "is_less"), [("3000000\n", True), ("max\n", False), (None, False)]
)
def test_a_container_counts_what_it_may_take(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str | None, is_less: bool
) -> None:
    monkeypatch.setattr(machine, "LIMITS", ())
    whole = machine.memory()
    assert whole > 3_000_000
    file = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "LIMITS", (tmp_path / "missing", file))
    if limit:
        file.write_text(limit)
    assert machine.memory() == (3_000_000 if is_less else whole)


@pytest.mark.parametrize(("asked", "started"), [(None, 3), (2, 2), (0, 0)])
def test_the_site_starts_as_many_as_suit_it_unless_it_is_told(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, asked: int | None, started: int
) -> None:
    settings.WORK_PROCESSES = asked
    assert len(supervised(monkeypatch, serve, "serve")) == 1 + started


@pytest.mark.parametrize(("asked", "started"), [(None, 4), (2, 2), (0, 4)])
def test_a_machine_that_only_works_does_too(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, asked: int | None, started: int
) -> None:
    settings.WORK_PROCESSES = asked
    assert len(supervised(monkeypatch, work, "work")) == started


def supervised(monkeypatch: pytest.MonkeyPatch, module: ModuleType, command: str) -> list[Child]:
    """What the command would start on a machine with four cores."""
    found: list[Child] = []

    def supervise(children: list[Child]) -> int:
        found.extend(children)
        return 0

    monkeypatch.setattr(machine, "cores", lambda: 4)
    monkeypatch.setattr(machine, "memory", lambda: 32 * GB)
    monkeypatch.setattr(module, "supervise", supervise)
    with pytest.raises(SystemExit):
        call_command(command, verbosity=0)
    return found
