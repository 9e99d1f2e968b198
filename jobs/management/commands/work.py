"""manage.py work: do what takes longer than a request."""

import argparse
import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from jobs import worker
from jobs.machine import work_processes
from jobs.registry import KINDS
from jobs.signals import Signals
from jobs.supervisor import supervise, workers

# Pages come first where a web server shares the machine.
NICENESS = 10


class Command(BaseCommand):
    help = (
        "Do long work: batches, ZIP files, mail. Run it on as many machines as you like, with the "
        "same database and storage. After SIGTERM or Ctrl+C it finishes what it is working on, or "
        "gives it back after WORK_GRACE_SECONDS."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes",
            type=at_least_one,
            default=settings.WORK_PROCESSES or work_processes(),
            help="how many work side by side (default: WORK_PROCESSES)",
        )
        parser.add_argument(
            "--kinds", nargs="+", choices=sorted(KINDS), default=[], help="only this kind of work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count, kinds = options["processes"], options["kinds"]
        if options["verbosity"]:
            processes = "1 process" if count == 1 else f"{count} processes"
            self.stdout.write(f"Doing long work in {processes} (Ctrl+C stops it)")
            self.stdout.flush()
        if count > 1:
            sys.exit(supervise(workers(count, kinds)))
        os.nice(NICENESS)
        worker.work(Signals(signal.SIGTERM, signal.SIGINT), kinds)


def at_least_one(text: str) -> int:
    """Raises ArgumentTypeError."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError("must be a whole number of at least 1")
