"""The application of `celery -A colorizer_site worker`."""

import os

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")
if not settings.BROKER:
    raise ImproperlyConfigured("CELERY_BROKER_URL is not set. See docs/jobs.md.")
os.umask(settings.UMASK)
django.setup()

from jobs.celery_app import app as app  # noqa: E402  needs the models
