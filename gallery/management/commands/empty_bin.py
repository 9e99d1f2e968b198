"""manage.py empty_bin: delete for good what has been in the bin long enough."""

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
from gallery.models.idempotency import KEPT_FOR
from gallery.models.pictures import PictureQuerySet
from gallery.paging import counted
from gallery.services import bin, files, sharing

# How long the owner of a picture sees that its link has expired.
ENDED_DAYS = 30
PORTION = 500


class Command(BaseCommand):
    help = (
        "Delete pictures for good that have been in the bin for BIN_DAYS, and everything that has "
        "expired: stored API responses, old share links (their pictures become private), rate "
        "limit counters, files set aside by reconcile, and sessions. A worker does this daily."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="everything in the bin")
        parser.add_argument(
            "--person", metavar="NAME", help="only this person's pictures, and nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        pictures = binned(options["all"], options["person"])
        size = pictures.aggregate(total=Sum("bytes"))["total"] or 0
        gone = bin.purge(pictures)
        self.tell(gone, "picture", f"deleted, {size:,} bytes")
        if not options["person"]:
            self.tell(forget_answers(), "stored API response", "deleted")
            self.tell(take_back_links(), "expired link", "revoked")
            forget_tallies()
            self.tell(files.forget_strays(bin_limit()), "file", "set aside earlier deleted")
            call_command("clearsessions")

    def tell(self, number: int, noun: str, done: str) -> None:
        self.stdout.write(f"{counted(number, noun)} {done}.")


def binned(everything: bool, person: str | None) -> PictureQuerySet:
    """The pictures to delete. Raises CommandError if there is no such person."""
    pictures = Picture.objects.binned()
    if not everything:
        pictures = pictures.binned_before(bin_limit())
    if person is None:
        return pictures
    try:
        return pictures.owned_by(User.objects.get_by_natural_key(person))
    except User.DoesNotExist as problem:
        raise CommandError(f"There is no user named {person}.") from problem


def bin_limit() -> datetime:
    return timezone.now() - timedelta(days=settings.BIN_DAYS)


def forget_answers() -> int:
    limit = timezone.now() - KEPT_FOR
    return Answer.objects.filter(created_at__lt=limit).delete()[0]


def forget_tallies() -> None:
    """Delete counters of visitors that have run out."""
    Tally.objects.filter(expires_at__lt=timezone.now()).delete()


def take_back_links() -> int:
    """Make pictures with long-expired links private, which they are in effect."""
    limit = timezone.now() - timedelta(days=ENDED_DAYS)
    ended = Picture.objects.filter(link__expires_at__lt=limit)
    taken = 0
    while keys := list(ended.values_list("pk", flat=True)[:PORTION]):
        taken += sharing.make_private(Picture.objects.filter(pk__in=keys))
    return taken
