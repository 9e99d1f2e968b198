"""manage.py fill_gallery USERNAME COUNT: made-up pictures, to measure with."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.models import User
from gallery.maintenance.sample_data import PORTION, fill


class Command(BaseCommand):
    help = (
        "Give somebody made-up pictures with tiny files, to see how a large gallery behaves. "
        "Quotas do not count."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("count", type=int)
        parser.add_argument(
            "--few-files",
            action="store_true",
            help=f"{PORTION} pictures share their files. Only for measuring: deleting one of them "
            "takes the files of the others along",
        )
        parser.add_argument(
            "--yes", action="store_true", help="also where DEBUG is off, as on a site in use"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["yes"]):
            raise CommandError("DEBUG is off: this may be a site in use. --yes fills it anyway.")
        try:
            owner = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist as problem:
            raise CommandError(f"There is nobody called {options['username']}.") from problem
        count = options["count"]
        with tqdm(total=count, unit="picture", disable=not sys.stderr.isatty()) as bar:
            for made in fill(owner, count, options["few_files"]):
                bar.update(made - bar.n)
        self.stdout.write(f"{count} pictures made for {owner}.")
