"""manage.py fill_gallery USERNAME COUNT: made-up pictures for benchmarks."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.models import User
from gallery.maintenance.sample_data import PORTION, fill


class Command(BaseCommand):
    help = (
        "Fill a gallery with made-up pictures (tiny files, every tenth a film), to see how a large "
        "gallery behaves. Ignores quotas."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("count", type=int)
        parser.add_argument(
            "--few-files",
            action="store_true",
            help=f"let {PORTION} pictures share the same files. Only for benchmarks: deleting one "
            "picture deletes the files of the others too",
        )
        parser.add_argument(
            "--yes", action="store_true", help="also if DEBUG is off, as on a live site"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["yes"]):
            raise CommandError(
                "DEBUG is off, so this may be a live site. Add --yes to fill it anyway."
            )
        try:
            owner = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist as problem:
            raise CommandError(f"There is no user named {options['username']}.") from problem
        count = options["count"]
        with tqdm(total=count, unit="picture", disable=not sys.stderr.isatty()) as bar:
            for made in fill(owner, count, options["few_files"]):
                bar.update(made - bar.n)
        self.stdout.write(f"{count} pictures created for {owner}.")
