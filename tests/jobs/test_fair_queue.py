"""Everybody gets their turn, and finding what is next costs the same however much waits."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from colorize.engine.errors import Busy
from jobs import endings, ledger, registry
from jobs.models import Item, ItemState, Job
from jobs.registry import Kind
from jobs.services import jobs
from jobs.services.jobs import NewItem
from tests.jobs.conftest import Chores
from tests.jobs.lanes import fill
from tests.queries import asked_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chores")]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch, chores: Chores) -> None:
    for kind in (Kind("urgent", "Urgent", chores.run, priority=5), Kind("film", "F", chores.run)):
        monkeypatch.setitem(registry.KINDS, kind.name, kind)


def start(lane: str, count: int, kind: str = "chore") -> Job:
    return jobs.start(kind, None, lane, [NewItem(f"{lane} {n}") for n in range(count)])


def claimed(count: int, *kinds: str, lowest: bool = False) -> list[str]:
    """The names of what is claimed so many times."""
    found = [ledger.claim(kinds, lowest=lowest) for _ in range(count)]
    return [item.name for item in found if item]


def lanes(names: list[str]) -> Counter[str]:
    return Counter(name.split()[0] for name in names)


def test_people_take_turns_whoever_came_first_and_however_much_they_want() -> None:
    start("anna", 50)
    claimed(10)
    start("berta", 30)
    start("carla", 3)
    # One more: she was next when the others came.
    assert lanes(claimed(10)) == {"anna": 4, "berta": 3, "carla": 3}
    assert lanes(claimed(10)) == {"anna": 5, "berta": 5}


def test_a_second_job_of_the_same_person_does_not_bring_more_turns() -> None:
    start("anna", 20)
    start("berta", 20)
    start("anna", 20)
    assert lanes(claimed(21)) == {"anna": 11, "berta": 10}


@pytest.mark.usefixtures("kinds")
def test_people_take_turns_within_a_kind_whatever_waits_of_another() -> None:
    """Nobody does films here, so the first one stays the next."""
    start("zoe", 1, "film")
    start("anna", 50)
    claimed(20, "chore")
    start("berta", 30)
    assert lanes(claimed(11, "chore")) == {"anna": 6, "berta": 5}


@pytest.mark.usefixtures("kinds")
def test_a_worker_takes_only_its_kinds_in_their_order() -> None:
    start("anna", 2)
    start("berta", 2, "film")
    start("carla", 1, "urgent")
    assert lanes(claimed(9, "film")) == {"berta": 2}
    assert claimed(9, "chore", "urgent") == ["carla 0", "anna 0", "anna 1"]


@pytest.mark.usefixtures("kinds")
def test_the_lowest_priority_is_not_left_out_for_ever() -> None:
    start("anna", 9, "urgent")
    start("berta", 2)
    assert claimed(2) == ["anna 0", "anna 1"]
    assert claimed(1, lowest=True) == ["berta 0"]
    assert claimed(1, "urgent", lowest=True) == ["anna 2"]


def test_an_unknown_kind_is_left_to_those_who_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    start("anna", 1)
    monkeypatch.delitem(registry.KINDS, "chore")
    assert ledger.claim() is None


def test_what_is_given_back_or_lost_is_next_and_keeps_nobody_waiting() -> None:
    start("anna", 5)
    first, second = ledger.claim(), ledger.claim()
    start("berta", 5)
    claimed(4)
    assert first and first.lease and second
    ledger.give_back(first.lease)
    Item.objects.filter(pk=second.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    # Its turn is that of the others now, so a newcomer does not come before them.
    start("carla", 9)
    assert claimed(2) == ["anna 0", "anna 1"]
    assert lanes(claimed(8)) == {"berta": 4, "carla": 4}
    assert Item.objects.get(pk=first.pk).attempts == 1
    assert Item.objects.get(pk=second.pk).attempts == 2


def test_what_has_rested_does_not_come_before_everybody_else() -> None:
    start("anna", 6)
    for _ in range(6):
        item = ledger.claim()
        assert item and item.lease
        ledger.fail(item, Busy())
    start("berta", 6)
    Item.objects.filter(state=ItemState.RESTING).update(not_before=timezone.now())
    ledger.sweep()
    assert lanes(claimed(6)) == {"anna": 3, "berta": 3}


@pytest.mark.parametrize("state", [ItemState.WAITING, ItemState.DONE, ItemState.RESTING])
def test_no_question_looks_through_all_items_or_sorts_them(state: ItemState) -> None:
    """To claim, to add, to sweep and to finish."""
    fill(5000, 50, state)
    job = jobs.create("chore", None, "user:chore7")

    def everything() -> None:
        jobs.add(job, [NewItem("a")])
        claimed(2)
        claimed(2, "chore", "other")
        claimed(1, lowest=True)
        ledger.sweep()
        endings.settle(job.pk)
        ledger.is_held(uuid4())

    for sql, steps in plans(everything):
        slow = ("TEMP B-TREE", "SCAN jobs_item", "Sort", "Seq Scan on jobs_item")
        assert not any(word in steps.replace("SCAN jobs_item USING", "") for word in slow), (
            f"{sql}\n{steps}"
        )


def plans(question: Callable[[], object]) -> list[tuple[str, str]]:
    """Each query for items, and how the database goes about it."""
    asked = asked_by(question)
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.strip().startswith(("SELECT", "UPDATE jobs_item")) and '"jobs_item"' in sql:
                cursor.execute(f"{how} {sql}", params)
                found.append((sql, "\n".join(str(row[-1]) for row in cursor.fetchall())))
    return found
