"""manage.py serve: the web server and what does long work, as `make run` starts them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from jobs.supervisor import SPARED, beside_web, supervise, web, workers


class Command(BaseCommand):
    help = (
        "Run the web server together with WORK_PROCESSES processes for long work, and restart any "
        "of these that dies. Ends with the web server, or by SIGTERM or Ctrl+C."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = beside_web()
        sys.exit(supervise([web(), *(workers(count, spared=SPARED) if count else [])]))
