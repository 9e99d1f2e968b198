"""Requests at the same time, on the database itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from colorize.engine.errors import UserError
from colorize.service import Options
from gallery.models import Picture
from jobs import ledger
from jobs.models import Item, Job
from jobs.services import batches, bulk, jobs, uploads
from jobs.services.batches import Promised
from jobs.services.jobs import NewItem, lane_of
from jobs.worker import do_next
from tests.cast import grey, person
from tests.jobs.conftest import Chores

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("network"),
    pytest.mark.database,
    pytest.mark.slow,
]


def together(count: int, call: Any) -> list[Any]:
    def safely(number: int) -> Any:
        try:
            return call(number)
        except UserError as problem:
            return problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(safely, range(count)))


@pytest.mark.parametrize("is_visitor", [False, True])
def test_no_more_batches_begin_at_once_than_one_after_the_other(
    is_visitor: bool, settings: Any
) -> None:
    settings.BATCHES_AT_ONCE = settings.VISITOR_BATCHES = 2
    owner = None if is_visitor else person("anna")
    lane = lane_of(owner, "192.0.2.7")
    told = together(8, lambda number: batches.begin(owner, lane, Options()))
    assert Job.objects.count() == 2 and told.count("too_many_batches") == 6


def test_no_two_workers_take_the_same_item(chores: Chores) -> None:
    count = 60
    jobs.start("chore", None, "visitor:a", [NewItem(f"{number}") for number in range(count)])
    taken = together(6, lambda number: [ledger.claim() for _ in range(count // 6)])
    items = [item for each in taken for item in each]
    assert len({item.pk for item in items}) == count and ledger.claim() is None
    assert {item.lease for item in items} == set(Item.objects.values_list("lease", flat=True))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one transaction at a time writes")
def test_a_worker_does_not_wait_for_an_item_that_somebody_else_changes(chores: Chores) -> None:
    jobs.start("chore", None, "visitor:a", [NewItem("first"), NewItem("second")])
    with transaction.atomic():
        Item.objects.select_for_update().get(name="first")
        (item,) = together(1, lambda number: ledger.claim())
    assert item.name == "second"


def test_an_account_is_deleted_while_its_batch_is_sent_and_worked_on(media: Any) -> None:
    """No deadlock, nothing left: neither rows nor files."""
    owner = person("anna")
    lane = lane_of(owner, "")
    files = {f"{shade}.png": grey(shade) for shade in range(40, 60)}
    job = batches.begin(owner, lane, Options())
    promised = [Promised(name, len(data)) for name, data in files.items()]
    items = list(zip(batches.promise(job, promised), files.values(), strict=True))

    def act(number: int) -> Any:
        if number == 0:
            return bulk.start_delete_account(owner)
        if number in (1, 2):
            for item, data in items[number - 1 :: 2]:
                uploads.append(item, 0, data)
            return "sent"
        for _ in range(30):
            do_next()
        return "worked"

    told = together(6, act)
    while do_next():
        pass
    assert not User.objects.filter(pk=owner.pk).exists(), told
    assert not Picture.objects.exists() and media() == []
    assert list(Job.objects.values_list("kind", "state")) == [("delete_account", "done")]
