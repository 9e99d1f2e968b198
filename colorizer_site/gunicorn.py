"""gunicorn's settings: `gunicorn -c colorizer_site/gunicorn.py`."""

import logging
import os
import shutil
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from django.conf import settings

from colorizer_site.server.addresses import bracketed, told

wsgi_app = "colorizer_site.wsgi:application"
bind = f"{bracketed(settings.HOST)}:{settings.PORT}"
workers = settings.WORKERS
threads = settings.THREADS
worker_class = "colorizer_site.server.worker.BufferingWorker"
# The code is loaded once and shared by the workers; each loads the network itself, after the fork.
preload_app = True
timeout = 120
# The maximum, so that the API, not gunicorn, answers a long cursor or search in the URL.
limit_request_line = 8190
loglevel = "warning"


def on_starting(server: Any) -> None:
    """Exit if `prepare` would refuse to go on."""
    from django.core.checks import run_checks
    from django.db import connections

    problems = run_checks(tags=["storage"])
    # Connections must not be shared with the worker processes.
    connections.close_all()
    if problems:
        sys.exit(f"{problems[0].msg} {problems[0].hint}")

    if settings.METRICS_FOR:
        # Figures of processes of an earlier start.
        shutil.rmtree(settings.METRICS_DIR, ignore_errors=True)
        settings.METRICS_DIR.mkdir()


def child_exit(server: Any, worker: Any) -> None:
    """Keep the process's counters, and drop its gauges."""
    if settings.METRICS_FOR:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def when_ready(server: Any) -> None:
    print(told(settings.HOST, settings.PORT, settings.ALLOWED_HOSTS), flush=True)


def post_worker_init(worker: Any) -> None:
    """Load the network before the first photo. If that fails, the site still runs, and /healthz
    says why photos cannot be coloured."""
    from colorize import service
    from colorize.engine.errors import NetworkUnavailable

    start = time.perf_counter()
    try:
        service.load_network()
    except NetworkUnavailable as problem:
        logging.getLogger("colorize").error("%s", problem)
    else:
        milliseconds = (time.perf_counter() - start) * 1000
        logging.getLogger("colorize").info("network loaded in %.0f ms", milliseconds)
