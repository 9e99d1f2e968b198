"""What the workers do daily for the test with people."""

from datetime import timedelta

from django.utils import timezone

from gallery.paging import counted
from jobs import due
from real_or_fake.services import pairs, rounds

# How long a pair is kept; if it is still needed then, it is made again.
PAIR_KEPT = timedelta(days=30)


def forget() -> str:
    """Rounds that nobody finished, and old pairs."""
    abandoned = rounds.forget_abandoned()
    gone = pairs.forget_unused(timezone.now() - PAIR_KEPT)
    return f"{counted(abandoned, 'unfinished round')} and {counted(gone, 'old pair')} deleted."


due.register(due.Task("real_or_fake", timedelta(days=1), forget))
