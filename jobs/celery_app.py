"""Work by Celery, where CELERY_BROKER_URL is set.

The ledger stays the queue. A message only says that one more item of a kind waits; the process that
gets it claims the item whose turn it is. So brokers, which deliver in the order of sending, change
nothing about fairness; a message that comes twice finds the next item or none; and if messages got
lost, as many are sent again as items wait without one.
"""

import logging
import mmap
import os
import ssl
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from celery import Celery, signals
from celery.exceptions import Reject
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.models import Count
from django.dispatch import receiver
from kombu.entity import Queue
from kombu.utils.url import as_url

from jobs import ledger, worker
from jobs.models import Item
from jobs.registry import KINDS

logger = logging.getLogger(__name__)

# So many messages are sent at once, so that nobody waits for ten thousand; `top_up` sends the rest.
AT_ONCE = 1000
# How long a broker may take. Where it does not answer, it is left alone for longer.
TIMEOUT_SECONDS = 2
# How often one of all workers looks for lost messages.
TOP_UP_SECONDS = 5

OF_REDIS = {
    "broker_transport_options": {
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        # What a worker took and did not confirm is delivered again after this time.
        "visibility_timeout": 3600,
    }
}
OF_RABBITMQ = {
    "broker_transport_options": {
        "read_timeout": TIMEOUT_SECONDS,
        "write_timeout": TIMEOUT_SECONDS,
    }
}


def broker(parts: dict[str, Any]) -> dict[str, Any]:
    """Celery's settings of a broker with this URL. Where it has a certificate, it is checked."""
    secure = {
        "rediss": {"ssl_cert_reqs": ssl.CERT_REQUIRED},
        "amqps": {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": parts["host"]},
    }
    return {
        "broker_url": as_url(**parts | {"path": quote(parts["path"], safe="")}),
        "broker_use_ssl": secure.get(parts["scheme"], False),
        **(OF_REDIS if parts["scheme"].startswith("redis") else OF_RABBITMQ),
    }


def queue_of(kind: str) -> str:
    """The name of its queue, for `-Q` of a worker."""
    return f"jobs.{kind}"


app = Celery("colorizer")
app.conf.update(
    **broker(settings.BROKER),
    broker_connection_timeout=TIMEOUT_SECONDS,
    broker_connection_retry_on_startup=True,
    # For ever.
    broker_connection_max_retries=None,
    # A connection that the broker has closed meanwhile is replaced.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0},
    task_queues=[Queue(queue_of(kind)) for kind in KINDS],  # type: ignore[no-untyped-call]
    # A process confirms its message when the item is done, and takes no other before that.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # The ledger has the results.
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
)


class Stop:
    """Whether the worker is to stop, in memory that it shares with the processes it has forked. Not
    an event of multiprocessing: one that is killed could keep its lock."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 1)

    def set(self) -> None:
        self.memory[0] = 1

    def is_set(self) -> bool:
        return self.memory[0] == 1

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


stop = Stop()
signs = worker.Every(worker.SIGN_SECONDS)


@app.task(name="jobs.work")  # type: ignore[untyped-decorator]
def work(kind: str) -> None:
    """Do the next item of this kind, if there is one by now."""
    try:
        worker.do_next([kind], stop)
        if signs.is_due():
            worker.see(worker.name())
    except Error as problem:
        logger.error("the database does not respond, trying again: %s", problem)
        time.sleep(worker.OUTAGE_SECONDS)
        raise Reject(requeue=True) from problem


class Sender:
    """Sends messages. While the broker is down it sends none, and nothing fails: `top_up` makes up
    for them."""

    def __init__(self) -> None:
        self.pause_until = 0.0

    def send(self, kind: str, count: int) -> None:
        """`count`: how many more items wait."""
        if time.monotonic() < self.pause_until:
            return
        try:
            with app.producer_or_acquire() as producer:
                for _ in range(min(count, AT_ONCE)):
                    work.apply_async((kind,), queue=queue_of(kind), producer=producer)
        except Exception as problem:
            self.pause_until = time.monotonic() + worker.OUTAGE_SECONDS
            logger.warning("the broker does not respond; messages are sent later: %s", problem)


sender = Sender()


@receiver(ledger.announced)
def send_announced(pks: Sequence[int], **kwargs: Any) -> None:
    items = Item.objects.filter(pk__in=pks[:AT_ONCE])
    for kind, count in Counter(items.values_list("kind", flat=True)).items():
        sender.send(kind, count)


def top_up() -> None:
    """Send again what got lost: as many messages as items wait without one. A message too many does
    no harm, and while it is there no other is sent in its place."""
    waiting = Item.objects.waiting().order_by().values("kind").annotate(count=Count("*"))
    for kind, count in waiting.values_list("kind", "count"):
        missing = count - length(kind)
        if missing > 0:
            logger.info("%d items wait without a message: %s", missing, kind)
            sender.send(kind, missing)


def length(kind: str) -> int:
    """How many messages are in a queue, without those that a process is working on."""
    with app.connection_or_acquire() as link:
        declared = app.amqp.queues[queue_of(kind)].bind(link.default_channel).queue_declare()
        return int(declared.message_count)


class Upkeep(threading.Thread):
    """What a worker's main process does while its other processes work on the items."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.own = worker.Upkeep()
        self.between_forks = threading.Lock()

    def start(self) -> None:
        # No process is forked in the middle of it, with half of its locks and connections.
        lock = self.between_forks
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
        super().start()

    def run(self) -> None:
        while not self.ended.wait(worker.SWEEP_SECONDS):
            with self.between_forks:
                self.look()
        worker.leave()

    def look(self) -> None:
        try:
            self.own.look()
            if cache.add("jobs:topped-up", True, TOP_UP_SECONDS):
                top_up()
        except Exception as problem:
            logger.warning("looking after the queue failed, trying again: %s", problem)
        finally:
            connection.close()


upkeep = Upkeep()


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def begin_upkeep(**kwargs: Any) -> None:
    upkeep.start()


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def begin_to_stop(**kwargs: Any) -> None:
    stop.set()


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]
def end_upkeep(**kwargs: Any) -> None:
    upkeep.ended.set()
    if upkeep.is_alive():
        upkeep.join(TIMEOUT_SECONDS)


@signals.worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def leave(**kwargs: Any) -> None:
    worker.leave()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def keep_logging(**kwargs: Any) -> None:
    """The site's own log, which shows no secrets, in place of Celery's."""
