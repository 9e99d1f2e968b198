"""Requests at the same time, on the database itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from colorize.engine.errors import UserError
from colorize.service import Options
from gallery.models import Picture
from jobs.models import Job
from jobs.services import batches, bulk, uploads
from jobs.services.batches import Promised
from jobs.services.jobs import lane_of
from jobs.worker import do_next
from tests.cast import grey, person

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
