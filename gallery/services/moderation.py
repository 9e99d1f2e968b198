"""What moderators decide of pictures and people: applied, recorded, told to whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from accounts import sessions, tokens
from accounts.models import User
from gallery.errors import BadField, NotAllowed
from gallery.models import Picture, Review
from gallery.models.pictures import PictureQuerySet
from gallery.services import mail, reports
from gallery.services.decisions import (
    REVIEW,
    SUSPEND,
    TRUST,
    is_own,
    record,
    require_permission,
    set_review,
)
from gallery.services.sharing import REFUSED

Seen = Mapping[str, str]
HIDDEN = "A moderator has hidden it."
# What reporters of a picture hear when it has been decided of.
LEFT = "A moderator has looked at the picture and left it as it is."
TAKEN = "A moderator has looked at the picture, and it is no longer shown."


@dataclass(frozen=True)
class Decided:
    """`unseen`: changed since the moderator looked; `own`: the moderator's. Both are left alone."""

    done: list[Picture] = field(default_factory=list)
    unseen: list[Picture] = field(default_factory=list)
    own: list[Picture] = field(default_factory=list)


def stamp(picture: Picture) -> str:
    """Another one after every change of the picture."""
    return picture.updated_at.isoformat()


def approve(moderator: User, pictures: PictureQuerySet, seen: Seen | None = None) -> Decided:
    """`seen`: the stamps of the pictures, by their ids, when the moderator looked at them; a
    picture that its owner has changed since, that a colleague has decided of, or that is not in it
    is left alone. Raises NotAllowed."""
    return decide(moderator, pictures, Review.APPROVED, "", seen)


def reject(
    moderator: User, pictures: PictureQuerySet, reason: str, seen: Seen | None = None
) -> Decided:
    """`reason`: what the owner reads. `seen`: as above. Raises NotAllowed, BadField."""
    return decide(moderator, pictures, Review.REJECTED, needed(reason), seen)


def hide(
    moderator: User, pictures: PictureQuerySet, reason: str = "", seen: Seen | None = None
) -> Decided:
    """`seen`: as above. Raises NotAllowed."""
    return decide(moderator, pictures, Review.HIDDEN, reason.strip() or HIDDEN, seen)


def decide(
    moderator: User,
    pictures: PictureQuerySet,
    review: Review,
    reason: str,
    seen: Seen | None = None,
) -> Decided:
    """Reports of the pictures are resolved by it."""
    require_permission(moderator, REVIEW)
    decided, news = Decided(), []
    with transaction.atomic():
        rows = Picture.objects.for_moderators().filter(pk__in=pictures.values("pk"))
        rows = rows.select_related("owner").order_by("pk").select_for_update(of=("self",))
        for picture in rows:
            if is_own(moderator, picture.owner_id):
                decided.own.append(picture)
            elif seen is not None and seen.get(str(picture.pk)) != stamp(picture):
                decided.unseen.append(picture)
            else:
                decided.done.append(picture)
                if apply(moderator, picture, review, reason):
                    news.append(picture)
        mail.tell_owners(news, reason)
    return decided


def apply(moderator: User, picture: Picture, review: Review, reason: str) -> bool:
    """Whether its owner gets a mail: of every refusal, and of an approval after one."""
    refused_before = picture.review in REFUSED
    set_review(moderator, picture, review, reason)
    approved = review == Review.APPROVED
    reports.settle(moderator, [picture], LEFT if approved else TAKEN)
    return refused_before or not approved


def needed(reason: str) -> str:
    """Raises BadField."""
    if not reason.strip():
        raise BadField(name="reason", reason="say why; it is read by whom it concerns.")
    return reason.strip()


def suspend(moderator: User, person: User, reason: str) -> None:
    """Logs them out everywhere, ends their tokens, and hides what they share, all of which the
    rules for pictures and links read from `is_active`. Their data stays.

    Raises NotAllowed, BadField.
    """
    set_active(moderator, person, False, needed(reason))
    person.refresh_from_db()


def readmit(moderator: User, person: User, reason: str) -> None:
    """Their pictures are as they were; they log in anew. Raises NotAllowed, BadField."""
    set_active(moderator, person, True, needed(reason))
    person.refresh_from_db()


def set_active(moderator: User, person: User, is_active: bool, reason: str) -> None:
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        check(moderator, row)
        if row.is_active == is_active:
            raise NotAllowed(reason="it is so already.")
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        # Also before they are let in again: a login on its way may have been finished since.
        sessions.end_all(row)
        tokens.revoke_all(row)
        verb, tell = (
            ("readmit", mail.tell_readmitted) if is_active else ("suspend", mail.tell_suspended)
        )
        record(row, moderator, verb, {"is_active": (not is_active, is_active)}, reason)
        tell(row, reason)


def check(moderator: User, person: User) -> None:
    """Raises NotAllowed."""
    require_permission(moderator, SUSPEND)
    if person == moderator:
        raise NotAllowed(reason="this is your own account.")
    if person.is_superuser:
        raise NotAllowed(reason="this person administers the site.")
    if person.is_staff and not moderator.is_superuser:
        raise NotAllowed(reason="only an administrator may do it to a moderator.")


def trust(moderator: User, person: User, reason: str, trusted: bool = True) -> None:
    """See REVIEW_FOR. Raises NotAllowed, BadField."""
    require_permission(moderator, TRUST)
    reason = needed(reason)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        before, row.trusted = row.trusted, trusted
        row.save(update_fields=["trusted"])
        verb = "trust" if trusted else "distrust"
        record(row, moderator, verb, {"trusted": (before, trusted)}, reason)
    person.refresh_from_db()
