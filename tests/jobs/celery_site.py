"""Celery's application with a kind of work for tests: `celery -A tests.jobs.celery_site worker`."""

from colorizer_site.celery import app as app
from tests.jobs import effects as effects
