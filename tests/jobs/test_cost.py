"""What a photo of a batch costs beside its colours, in queries: a tenth of its time is spent on
them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs import worker
from jobs.models import Item
from tests.cast import grey
from tests.jobs.batch import Browser
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]

# Savepoints included: a transaction in a test.
MOST = 20


def queries_of_the_next() -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert worker.do_next()
    return [query["sql"] for query in seen.captured_queries]


def test_a_photo_takes_few_queries_however_many_wait_or_are_saved(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({f"{shade}.png": grey(shade) for shade in range(1, 20)})
    worker.do_next()
    first = queries_of_the_next()
    for _ in range(15):
        worker.do_next()
    assert len(queries_of_the_next()) == len(first) <= MOST, "\n".join(first)


def test_the_quota_is_asked_before_the_colours_and_once_more_with_the_lock(owner: User) -> None:
    Browser(logged_in(owner)).begin().send_all({"1.png": grey(1)})
    assert len([sql for sql in queries_of_the_next() if "SUM(" in sql]) == 2


def test_a_sidecar_takes_few_queries_however_many_photos_wait(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    names = [f"{number}.{ending}" for ending in ("png", "xmp") for number in range(30)]
    entries = browser.promise(*((name, 9) for name in names)).json()
    for entry in entries[:29]:
        browser.send(entry["id"], bytes(9))
    counts = []
    for entry in entries[30:32]:
        with CaptureQueriesContext(connection) as seen:
            browser.send(entry["id"], bytes(9))
        counts.append(len(seen))
    assert max(counts) < 50
    assert Item.objects.filter(state="waiting", name__endswith=".png").count() == 2
