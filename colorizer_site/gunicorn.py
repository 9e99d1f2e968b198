"""How gunicorn runs the site: `gunicorn -c colorizer_site/gunicorn.py`."""

import logging
import os
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from django.conf import settings

wsgi_app = "colorizer_site.wsgi:application"
bind = f"{settings.HOST}:{settings.PORT}"
workers = settings.WORKERS
threads = settings.THREADS
worker_class = "colorizer_site.worker.BufferingWorker"
# Loaded once and shared by the workers; each reads the network itself, after the fork.
preload_app = True
timeout = 120
# As much as it reads. A place in a long list, words to search for, and what is wrong with either is
# then for the API to say, in its own words.
limit_request_line = 8190
loglevel = "warning"


def when_ready(server: Any) -> None:
    address = f"http://{settings.HOST}:{settings.PORT}"
    print(f"Image Colorizer is at {address} (Ctrl+C stops it)", flush=True)


def post_worker_init(worker: Any) -> None:
    """Have the network ready before the first photo; without it the site still answers, and
    /healthz says why no photo can be colorized."""
    from colorize import service
    from colorize.errors import NetworkUnavailable

    start = time.perf_counter()
    try:
        service.load_network()
    except NetworkUnavailable as problem:
        logging.getLogger("colorize").error("%s", problem)
    else:
        milliseconds = (time.perf_counter() - start) * 1000
        logging.getLogger("colorize").info("network loaded in %.0f ms", milliseconds)
