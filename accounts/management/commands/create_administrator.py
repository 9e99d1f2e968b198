"""manage.py create_administrator: the person that ADMIN_USER names, unless they exist."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import administrator


class Command(BaseCommand):
    help = (
        "Create the administrator that ADMIN_USER, ADMIN_EMAIL and ADMIN_PASSWORD describe. An "
        "existing user of that name is not changed. “manage.py prepare” does this, too."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            created = administrator.create(
                settings.ADMIN_USER, settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD
            )
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        if created:
            self.stdout.write(f"Administrator {created} created.")
        elif settings.ADMIN_USER and not administrator.is_there(settings.ADMIN_USER):
            self.stderr.write(self.style.WARNING(NO_ADMINISTRATOR.format(settings.ADMIN_USER)))


NO_ADMINISTRATOR = (
    "ADMIN_USER is “{}”, an existing user who is not an administrator, and was not changed. "
    "Choose another name."
)
