"""manage.py work: do what takes longer than a request."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobs import worker
from jobs.registry import KINDS


class Command(BaseCommand):
    help = (
        "Do long work: batches, ZIP files, mail. Run as many as the cores allow, on as many "
        "machines as you like, with the same database and store. SIGTERM lets it finish what is "
        "in hand."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kinds", nargs="+", choices=sorted(KINDS), default=[], help="only this kind of work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.work(stop, options["kinds"])
