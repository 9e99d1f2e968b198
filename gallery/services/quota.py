"""Quotas, and the lock by which a person's uploads are saved one after the other."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Sum

from accounts.models import User
from colorize.templatetags.figures import size
from gallery.errors import NotLoggedIn, OverQuota
from gallery.models import Picture
from gallery.paging import counted


@dataclass(frozen=True)
class Usage:
    """What a person's pictures use, including the bin, and the limits."""

    pictures: int
    bytes: int
    max_pictures: int
    max_bytes: int

    def check(self, more_pictures: int, more_bytes: int) -> None:
        """Raises OverQuota if this much more does not fit."""
        if self.pictures + more_pictures > self.max_pictures:
            raise OverQuota(reason=f"it holds {counted(self.max_pictures)}")
        if self.bytes + more_bytes > self.max_bytes:
            raise OverQuota(reason=f"it holds {size(self.max_bytes)}")


def usage(owner: User) -> Usage:
    taken = Picture.objects.owned_by(owner).aggregate(pictures=Count("*"), bytes=Sum("bytes"))
    return Usage(
        pictures=taken["pictures"],
        bytes=taken["bytes"] or 0,
        max_pictures=settings.QUOTA_PICTURES,
        max_bytes=settings.QUOTA_BYTES,
    )


def lock_owner(owner: User) -> None:
    """Lock a person's row for the transaction, so that two uploads at once cannot both take the
    last place. Raises NotLoggedIn if the account was deleted in the meantime."""
    # Without a key lock, so that other rows can still refer to this one.
    rows = User.objects.select_for_update(no_key=True).filter(pk=owner.pk)
    if not rows.values_list("pk"):
        raise NotLoggedIn()
