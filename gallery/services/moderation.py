"""Moderators' decisions about pictures and people: applied, logged, and sent to the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from accounts import sessions, tokens
from accounts.models import User
from colorize.web.rows import refresh
from gallery.errors import BadField, NotAllowed
from gallery.models import Picture, Review
from gallery.models.people import REVIEW
from gallery.models.pictures import PictureQuerySet
from gallery.services import mail, reports
from gallery.services.decisions import (
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
# Outcomes for the reporters of a picture.
LEFT = "A moderator has reviewed the picture and kept it as it is."
TAKEN = "A moderator has reviewed the picture, and it is no longer shown."


@dataclass(frozen=True)
class Decided:
    """The result of a decision. `unseen` (changed since the moderator looked) and `own` (the
    moderator's) were left alone."""

    done: list[Picture] = field(default_factory=list)
    unseen: list[Picture] = field(default_factory=list)
    own: list[Picture] = field(default_factory=list)


def stamp(picture: Picture) -> str:
    """A value that changes with every change of the picture."""
    return picture.updated_at.isoformat()


def approve(moderator: User, pictures: PictureQuerySet, seen: Seen | None = None) -> Decided:
    """Approve pictures. `seen`: stamps by picture ID, from when the moderator looked at them.
    Pictures that have changed since, or are missing from it, are left alone. Raises NotAllowed."""
    return decide(moderator, pictures, Review.APPROVED, "", seen)


def reject(
    moderator: User, pictures: PictureQuerySet, reason: str, seen: Seen | None = None
) -> Decided:
    """Reject pictures. `reason` is sent to the owner; `seen`: see approve.

    Raises NotAllowed, BadField.
    """
    return decide(moderator, pictures, Review.REJECTED, needed(reason), seen)


def hide(
    moderator: User, pictures: PictureQuerySet, reason: str = "", seen: Seen | None = None
) -> Decided:
    """Hide pictures that were public. `seen`: see approve. Raises NotAllowed."""
    return decide(moderator, pictures, Review.HIDDEN, reason.strip() or HIDDEN, seen)


def decide(
    moderator: User,
    pictures: PictureQuerySet,
    review: Review,
    reason: str,
    seen: Seen | None = None,
) -> Decided:
    """Apply a review to pictures. It resolves their reports."""
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
    """Apply a review. Returns whether the owner gets an email: after every refusal, and after an
    approval that follows one."""
    refused_before = picture.review in REFUSED
    set_review(moderator, picture, review, reason)
    approved = review == Review.APPROVED
    reports.settle(moderator, [picture], LEFT if approved else TAKEN)
    return refused_before or not approved


def needed(reason: str) -> str:
    """The reason, stripped. Raises BadField if it is empty."""
    if not reason.strip():
        raise BadField(name="reason", reason="give a reason; the person will read it.")
    return reason.strip()


def suspend(moderator: User, person: User, reason: str) -> None:
    """Suspend a person: log them out everywhere, revoke their tokens, and hide what they share
    (the rules for pictures and links check `is_active`). Their data stays.

    Raises NotAllowed, BadField.
    """
    set_active(moderator, person, False, needed(reason))
    refresh(person)


def reinstate(moderator: User, person: User, reason: str) -> None:
    """Undo a suspension. Their pictures are shared as before. Raises NotAllowed, BadField."""
    set_active(moderator, person, True, needed(reason))
    refresh(person)


def set_active(moderator: User, person: User, is_active: bool, reason: str) -> None:
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        check(moderator, row)
        if row.is_active == is_active:
            raise done_already()
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        # Also on reinstating: a login that was under way may have finished in the meantime.
        sessions.end_all(row)
        tokens.revoke_all(row)
        verb, tell = (
            ("reinstate", mail.tell_reinstated) if is_active else ("suspend", mail.tell_suspended)
        )
        record(row, moderator, verb, {"is_active": (not is_active, is_active)}, reason)
        tell(row, reason)


def done_already() -> NotAllowed:
    return NotAllowed(reason="this has already been done.")


def own_account() -> NotAllowed:
    return NotAllowed(reason="this is your own account.")


def check(moderator: User, person: User) -> None:
    """Raises NotAllowed."""
    require_permission(moderator, SUSPEND)
    if person == moderator:
        raise own_account()
    if person.is_superuser:
        raise NotAllowed(reason="this person administers the site.")
    if person.is_staff and not moderator.is_superuser:
        raise NotAllowed(reason="only an administrator can do this to a moderator.")


def trust(moderator: User, person: User, reason: str, trusted: bool = True) -> None:
    """Let a person publish without review, or no longer; see REVIEW_FOR. Like decisions about
    pictures, this is for others to decide: only superusers may trust themselves.

    Raises NotAllowed, also if nothing would change, and BadField.
    """
    require_permission(moderator, TRUST)
    if is_own(moderator, person.pk):
        raise own_account()
    reason = needed(reason)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        if row.trusted == trusted:
            raise done_already()
        row.trusted = trusted
        row.save(update_fields=["trusted"])
        verb = "trust" if trusted else "remove trust"
        record(row, moderator, verb, {"trusted": (not trusted, trusted)}, reason)
    refresh(person)
