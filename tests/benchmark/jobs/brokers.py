"""The same kills with Celery's workers, on Redis or on RabbitMQ, which is killed once, too."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from tests.benchmark.jobs.goals import Goals
from tests.benchmark.jobs.kills import LEASE, SECONDS, make_table, tell


def main(broker: str) -> None:
    """`broker`: Redis or RabbitMQ."""
    django.setup()
    call_command("prepare")
    make_table()
    from tests.jobs.brokers import RabbitMQ, Redis

    os.environ["LOG_LEVEL"] = "CRITICAL"
    goals = Goals()
    kind = {"Redis": Redis, "RabbitMQ": RabbitMQ}[broker]
    if not shutil.which(kind.program):
        print(f"  skipped: {kind.program} is not installed")
        return
    with tempfile.TemporaryDirectory() as name:
        measure(goals, kind, Path(name) / kind.program)
    goals.exit()


def measure(goals: Goals, kind: type, folder: Path) -> None:
    from tests.jobs.brokers import AlsoTheBroker, running
    from tests.jobs.kills import kill_at_random

    folder.mkdir()
    with running(kind, folder / "broker") as broker:
        broker.wait_until_up()
        settings = {"CELERY_BROKER_URL": f"{broker.url}/", "JOB_LEASE_SECONDS": str(LEASE)}
        workers = AlsoTheBroker(folder / "workers", 3, **settings)
        workers.broker = broker
        try:
            tell(goals, kill_at_random(workers, SECONDS), f"Celery on {kind.__name__}: ")
        finally:
            workers.kill()


if __name__ == "__main__":
    main(sys.argv[1])
