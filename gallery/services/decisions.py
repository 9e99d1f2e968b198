"""One decision at a time: who may make it, how it is applied, and its record, which stays."""

from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model
from django.utils import timezone
from django_guid import get_guid

from accounts.models import User
from gallery.errors import NotAllowed
from gallery.models import Picture, Review
from gallery.models.pictures import Somebody

REVIEW = "gallery.review_picture"
HANDLE = "gallery.change_report"
SUSPEND = "accounts.suspend_person"
TRUST = "accounts.trust_person"

THE_SITE = "the site itself"
VERBS = {Review.APPROVED: "approve", Review.REJECTED: "reject", Review.HIDDEN: "hide"}


def require_permission(moderator: User, right: str) -> None:
    """Raises NotAllowed."""
    if not (moderator.is_active and moderator.has_perm(right)):
        raise NotAllowed(reason="only a moderator with the right for it may.")


def is_own(moderator: Somebody, owner_id: int | None) -> bool:
    """Whether somebody else decides, for it is their own; administrators may have nobody else."""
    superuser = isinstance(moderator, User) and moderator.is_superuser
    return owner_id == moderator.pk and not superuser


def record(
    row: Model, actor: User | None, verb: str, changes: dict[str, tuple[Any, Any]], reason: str
) -> None:
    """Who, when, what and why. `actor`: None only where the site itself acted.

    The name is written down too: it stays when the actor's account is deleted.
    """
    LogEntry.objects.log_create(
        row,
        force_log=True,
        # A title outlives neither its picture nor its owner's account.
        object_repr=str(row.pk) if isinstance(row, Picture) else str(row),
        action=LogEntry.Action.UPDATE,
        changes={name: [str(old), str(new)] for name, (old, new) in changes.items()},
        actor=actor,
        actor_email=actor.email if actor else None,
        additional_data={
            "verb": verb,
            "by": actor.get_username() if actor else THE_SITE,
            "reason": reason,
        },
        cid=get_guid(),
    )


def set_review(actor: User | None, picture: Picture, review: Review, reason: str) -> None:
    """Approving again keeps the day of publication."""
    before, picture.review, picture.review_reason = picture.review, review, reason
    if review == Review.APPROVED and before != review:
        picture.published_at = timezone.now()
    picture.save(update_fields=["review", "review_reason", "published_at", "updated_at"])
    record(picture, actor, VERBS[review], {"review": (before, review.value)}, reason)
