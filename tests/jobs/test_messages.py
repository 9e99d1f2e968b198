"""Messages to Celery's workers: as many as there are items, and nothing fails without a broker."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from celery.exceptions import Reject
from django.core.cache import cache
from django.db import OperationalError
from pytest_django.fixtures import Settings

from accounts.models import User
from jobs import ledger, worker
from jobs.models import Item, ItemState
from jobs.services import jobs
from jobs.services.jobs import NewItem
from tests.jobs.conftest import Chores

pytestmark = pytest.mark.django_db
IN_MEMORY = {"scheme": "memory", "host": "", "port": None, "user": "", "password": "", "path": ""}


@pytest.fixture
def celery(chores: Chores, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module, with a broker in memory and its only queue empty."""
    settings.BROKER = IN_MEMORY
    celery = importlib.import_module("jobs.celery_app")
    ledger.announced.connect(celery.send_announced)
    monkeypatch.setattr(celery, "sender", celery.Sender())
    celery.length("chore")
    with celery.app.connection_for_write() as link:
        link.default_channel.queue_purge("jobs.chore")
    yield celery
    ledger.announced.disconnect(celery.send_announced)


def start(owner: User | None, *names: str) -> None:
    lane = jobs.lane_of(owner, "somebody")
    jobs.start("chore", owner, lane, [NewItem(name) for name in names])


def take_all(celery: Any) -> int:
    """Do as a worker does with the messages that are there; returns how many there were."""
    count = celery.length("chore")
    with celery.app.connection_for_read() as link:
        queue = celery.app.amqp.queues["jobs.chore"].bind(link.default_channel)
        for _ in range(count):
            message = queue.get(no_ack=True)
            (kind,), _, _ = message.payload
            celery.work(kind)
    return int(count)


def test_each_item_has_a_message_after_the_commit(
    celery: Any, chores: Chores, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as after:
        start(owner, "a", "b", "c")
        assert celery.length("chore") == 0
    for call in after:
        call()
    assert take_all(celery) == 3 and chores.done == ["a", "b", "c"]


def test_those_who_came_later_do_not_wait_for_all_messages_before_theirs(
    celery: Any, chores: Chores, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        start(owner, *(f"long {number}" for number in range(20)))
        start(None, "short 1", "short 2", "short 3")
    take_all(celery)
    assert {"short 1", "short 2", "short 3"} <= set(chores.done[:7]) and len(chores.done) == 23


def test_lost_messages_are_sent_again_and_no_more_than_are_missing(
    celery: Any, chores: Chores, owner: User
) -> None:
    start(owner, "a", "b", "c")
    celery.sender.send("chore", 1)
    for _ in range(3):
        celery.top_up()
        assert celery.length("chore") == 3
    assert take_all(celery) == 3 and len(chores.done) == 3
    celery.top_up()
    assert celery.length("chore") == 0


def test_a_message_that_comes_twice_does_nothing(celery: Any, chores: Chores, owner: User) -> None:
    start(owner, "a")
    celery.sender.send("chore", 2)
    assert take_all(celery) == 2 and chores.done == ["a"]


def test_not_all_of_ten_thousand_are_sent_at_once(
    celery: Any, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery, "AT_ONCE", 2)
    start(owner, "a", "b", "c")
    pks = list(Item.objects.values_list("pk", flat=True))
    celery.send_announced(pks=pks)
    assert celery.length("chore") == 2
    celery.top_up()
    assert celery.length("chore") == 3


def test_without_its_broker_nothing_fails_and_all_is_sent_later(
    celery: Any,
    chores: Chores,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def fail(*args: Any, **options: Any) -> None:
        tries.append(args)
        raise ConnectionRefusedError("nobody listens")

    tries: list[Any] = []
    with monkeypatch.context() as down, django_capture_on_commit_callbacks(execute=True):
        down.setattr(celery.work, "apply_async", fail)
        start(owner, "a", "b")
        start(owner, "c")
    # The second time it is left alone.
    assert len(tries) == 1 and "nobody listens" in caplog.text
    assert set(Item.objects.values_list("state", flat=True)) == {ItemState.WAITING}
    celery.sender.pause_until = 0
    celery.top_up()
    assert take_all(celery) == 3 and len(chores.done) == 3


def test_what_has_rested_and_what_was_lost_is_announced(
    celery: Any, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    start(owner, "rested", "lost")
    Item.objects.filter(name="rested").update(
        state=ItemState.RESTING, not_before="2020-01-01T00:00Z"
    )
    Item.objects.filter(name="lost").update(
        state=ItemState.RUNNING, lease_until="2020-01-01T00:00Z"
    )
    with django_capture_on_commit_callbacks(execute=True):
        ledger.sweep()
    assert celery.length("chore") == 2


def test_a_message_is_kept_while_the_database_is_down(
    celery: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(worker, "do_next", fail)
    monkeypatch.setattr(worker, "OUTAGE_SECONDS", 0)
    with pytest.raises(Reject) as caught:
        celery.work("chore")
    assert caught.value.requeue


def test_one_of_all_workers_looks_for_lost_messages(
    celery: Any, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(celery, "top_up", lambda: looks.append(1))
    monkeypatch.setattr(celery.connection, "close", lambda: None)
    for _ in range(3):
        celery.Upkeep().look()
    assert looks == [1]
    cache.clear()
    celery.Upkeep().look()
    assert looks == [1, 1]


@pytest.mark.parametrize(
    ("parts", "url", "secure"),
    [
        (
            {"scheme": "redis", "host": "a", "port": 6379, "path": "3"},
            "redis://:p%2F@a:6379/3",
            False,
        ),
        ({"scheme": "rediss", "host": "a", "port": None, "path": ""}, "rediss://:p%2F@a/", True),
        (
            {"scheme": "amqp", "host": "::1", "port": 1, "path": "/"},
            "amqp://:p%2F@%3A%3A1:1/%2F",
            False,
        ),
        ({"scheme": "amqps", "host": "a", "port": None, "path": "v"}, "amqps://:p%2F@a/v", True),
    ],
)
def test_brokers_are_connected_to_as_their_urls_say(
    celery: Any, parts: dict[str, Any], url: str, secure: bool
) -> None:
    found = celery.broker({"user": "", "password": "p/", **parts})
    assert found["broker_url"] == url and bool(found["broker_use_ssl"]) == secure
