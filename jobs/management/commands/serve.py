"""manage.py serve: the web server and what does long work, as `make run` starts them."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from jobs.machine import work_processes
from jobs.supervisor import supervise, web, workers

# Cores, for the web server.
SPARED = 1


class Command(BaseCommand):
    help = (
        "Run the web server together with WORK_PROCESSES processes for long work, and restart any "
        "of these that dies. Ends with the web server, or by SIGTERM or Ctrl+C."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = settings.WORK_PROCESSES
        if count is None:
            count = work_processes(spared=SPARED)
        sys.exit(supervise([web(), *(workers(count, spared=SPARED) if count else [])]))
