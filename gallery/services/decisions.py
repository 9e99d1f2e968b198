"""The parts of a moderator's decision: permission, change, and the entry in the audit log."""

from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model
from django.utils import timezone
from django_guid import get_guid

from accounts.models import User
from gallery.errors import NotAllowed
from gallery.models import Picture, Review
from gallery.models.people import AnyUser

HANDLE = "gallery.change_report"
SUSPEND = "accounts.suspend_person"
TRUST = "accounts.trust_person"

THE_SITE = "the site"
VERBS = {Review.APPROVED: "approve", Review.REJECTED: "reject", Review.HIDDEN: "hide"}


def require_permission(moderator: User, right: str) -> None:
    """Raises NotAllowed."""
    if not (moderator.is_active and moderator.has_perm(right)):
        raise NotAllowed(reason="only moderators with this permission can.")


def is_own(moderator: AnyUser, owner_id: int | None) -> bool:
    """Whether it is the moderator's own, so that another one must decide. Superusers may decide
    about their own, because there may be nobody else."""
    superuser = isinstance(moderator, User) and moderator.is_superuser
    return owner_id == moderator.pk and not superuser


def record(
    row: Model, actor: User | None, verb: str, changes: dict[str, tuple[Any, Any]], reason: str
) -> None:
    """Write to the audit log who did what and why. `actor`: None if the site itself acted.

    Stores the username too, which stays when the actor's account is deleted.
    """
    LogEntry.objects.log_create(
        row,
        force_log=True,
        # The title of a picture must not outlive it.
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
    """Set and log a picture's review. Approving it again keeps the date of publication."""
    before, picture.review, picture.review_reason = picture.review, review, reason
    if review == Review.APPROVED and before != review:
        picture.published_at = timezone.now()
    picture.save(update_fields=["review", "review_reason", "published_at", "updated_at"])
    record(picture, actor, VERBS[review], {"review": (before, review.value)}, reason)
