"""manage.py empty_bin: what was thrown away long enough ago goes for good."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from colorize.models import Tally
from gallery.models import Answer, Picture
from gallery.models.pictures import PictureQuerySet
from gallery.services import bin, files, sharing

# How long the API gives the same answer to the same Idempotency-Key.
ANSWER_HOURS = 24
# How long the owner of a picture sees that its link has ended.
ENDED_DAYS = 30
PORTION = 500


class Command(BaseCommand):
    help = (
        "Delete for good what was thrown away BIN_DAYS ago, and with it what has run out: kept "
        "answers of the API, links that ended long ago (their pictures become private), counts of "
        "rate limits, files that reconcile set aside, sessions. "
        "To be run daily."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="whatever is in the bin")
        parser.add_argument(
            "--person", metavar="NAME", help="of this person only, and nothing but pictures"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        pictures = binned(options["all"], options["person"])
        size = pictures.aggregate(total=Sum("bytes"))["total"] or 0
        gone = bin.purge(pictures)
        self.stdout.write(f"{gone} pictures deleted, {size:,} bytes.")
        if not options["person"]:
            self.stdout.write(f"{forget_answers()} kept answers of the API forgotten.")
            self.stdout.write(f"{take_back_links()} ended links taken back.")
            forget_tallies()
            self.stdout.write(f"{files.forget_strays(bin_limit())} files set aside deleted.")
            call_command("clearsessions")


def binned(everything: bool, person: str | None) -> PictureQuerySet:
    """Raises CommandError where there is no such person."""
    pictures = Picture.objects.binned()
    if not everything:
        pictures = pictures.thrown_away_before(bin_limit())
    if person is None:
        return pictures
    try:
        return pictures.owned_by(User.objects.get_by_natural_key(person))
    except User.DoesNotExist as problem:
        raise CommandError(f"There is nobody called {person}.") from problem


def bin_limit() -> datetime:
    return timezone.now() - timedelta(days=settings.BIN_DAYS)


def forget_answers() -> int:
    limit = timezone.now() - timedelta(hours=ANSWER_HOURS)
    return Answer.objects.filter(created_at__lt=limit).delete()[0]


def forget_tallies() -> None:
    """Of visitors who have sent nothing for as long as their limit looks back."""
    Tally.objects.filter(expires_at__lt=timezone.now()).delete()


def take_back_links() -> int:
    """A picture whose link has ended is seen by its owner alone; now it says so, too."""
    limit = timezone.now() - timedelta(days=ENDED_DAYS)
    ended = Picture.objects.filter(link__expires_at__lt=limit)
    taken = 0
    while keys := list(ended.values_list("pk", flat=True)[:PORTION]):
        taken += sharing.make_private(Picture.objects.filter(pk__in=keys))
    return taken
