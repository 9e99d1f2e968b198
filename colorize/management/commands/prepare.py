"""manage.py prepare: everything the site needs before it starts, in one process."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring the database up to date, make the cache table, collect the static files."
    # A missing network must not keep the pages from coming up; /healthz and `check` tell of it.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("createcachetable")
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
