"""Celery's workers on both brokers, killed like them: nothing is lost, and nothing done twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from colorize import films as engine
from colorize.engine.video.options import FilmOptions
from gallery.models import Picture
from jobs.film_state import FILM
from jobs.models import Item, ItemState, Job, JobState, Worker
from jobs.services import films, jobs
from tests.cast import content, person
from tests.conftest import on_postgres
from tests.jobs import reels
from tests.jobs.brokers import AlsoTheBroker, Broker, CeleryWorkers, RabbitMQ, Redis, running
from tests.jobs.kills import (
    ITEMS,
    KILLS,
    Outcome,
    kill_at_random,
    start_chores,
    wait_for,
    wait_until_done,
)
from tests.jobs.test_kills import TIMES
from tests.jobs.work import traces
from tests.processes import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.database,
    pytest.mark.usefixtures("chores", "traced"),
    on_postgres,
]
START = "import django; django.setup(); from tests.jobs.kills import start_chores; start_chores(5)"


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Broker]]:
    """Started together, because one of them takes long."""
    folder = tmp_path_factory.mktemp("brokers")
    with running(RabbitMQ, folder / "rabbitmq") as rabbitmq, running(Redis, folder / "r") as redis:
        yield {"redis": redis, "rabbitmq": rabbitmq}


@pytest.fixture(params=["redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest, brokers: dict[str, Broker]) -> Broker:
    found = brokers[request.param]
    found.wait_until_up()
    return found


@pytest.fixture
def environment(
    own_database: dict[str, str], broker: Broker, brokers: dict[str, Broker]
) -> dict[str, str]:
    places = {"CELERY_BROKER_URL": f"{broker.url}/", "CACHE_URL": f"{brokers['redis'].url}/1"}
    return own_database | places | TIMES


@pytest.fixture
def workers(broker: Broker, environment: dict[str, str], tmp_path: Path) -> Iterator[AlsoTheBroker]:
    workers = AlsoTheBroker(tmp_path / "workers", 3, **environment)
    workers.broker = broker
    yield workers
    workers.kill()


def test_killed_workers_and_a_killed_broker_lose_nothing_and_double_nothing(
    workers: AlsoTheBroker,
) -> None:
    found = kill_at_random(workers)
    assert found == Outcome(
        effects=ITEMS,
        distinct=ITEMS,
        done=ITEMS,
        kills=KILLS,
        interrupted=found.interrupted,
        longest_wait=found.longest_wait,
    )
    assert Job.objects.get().state == JobState.DONE


def test_what_is_started_is_done_and_a_worker_that_stops_leaves_nothing_in_hand(
    environment: dict[str, str], broker: Broker, tmp_path: Path
) -> None:
    subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, env=os.environ | environment, check=True
    )
    workers = CeleryWorkers(tmp_path / "workers", 1, **environment)
    try:
        wait_for(lambda: Item.objects.filter(state=ItemState.DONE).count() == 5)
        wait_for(Worker.objects.present().exists)
        start_chores(1, seconds=60)
        wait_for(lambda: len(traces("begun")) == 6)
        assert workers.stop() == [0]
        item = Item.objects.get(state=ItemState.WAITING)
        assert (item.attempts, item.lease) == (0, None) and not Worker.objects.exists()
        assert "was given back" in workers.logged() and broker.url not in workers.logged()
    finally:
        workers.kill()


@pytest.mark.parametrize("broker", ["redis"], indirect=True)
def test_a_film_is_coloured_by_celerys_workers_although_one_is_killed(
    environment: dict[str, str], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "workers" / "var" / "media"
    monkeypatch.setattr(engine, "are_on", lambda: True)
    owner, film = person("owner"), reels.opened(reels.film(6, seconds=1.5))
    job = films.start(owner, jobs.lane_of(owner, ""), FilmOptions(), film)
    made_up = {"MADE_UP_FILMS": str(tmp_path)}
    workers = CeleryWorkers(tmp_path / "workers", 2, FILM, **environment, **made_up)
    try:
        wait_for(lambda: reels.begun(tmp_path, "piece-2"))
        os.kill(reels.begun(tmp_path, "piece-2")[0], signal.SIGKILL)
        wait_until_done()
    finally:
        workers.kill()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    attempts = job.items.order_by("position").values_list("attempts", flat=True)
    assert list(attempts) == [1, 1, 1, 2, 1, 1, 1, 1]
    assert content(Picture.objects.get().shown.result) == b"film of <0><1><2><3><4><5>"
