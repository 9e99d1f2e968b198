"""What moderation tells people by mail. A mail that fails never undoes what was decided."""

import logging
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from gallery.models import Picture, Report
from gallery.services.decisions import REVIEW

logger = logging.getLogger(__name__)


def post(addresses: Iterable[str], subject: str, template: str, **context: Any) -> None:
    """One mail each, so that nobody reads another's address; sent after the commit."""
    body = render_to_string(f"gallery/mail/{template}.txt", context)
    mails = [EmailMessage(f"Image Colorizer: {subject}", body, to=[to]) for to in addresses if to]
    if mails:
        transaction.on_commit(partial(deliver, mails))


def deliver(mails: list[EmailMessage]) -> None:
    connection = get_connection()
    for mail in mails:
        try:
            connection.send_messages([mail])
        except Exception:
            # Without the address: the log is no place for it.
            logger.exception("a mail could not be sent: %s", mail.subject)


def tell_owners(pictures: Iterable[Picture], reason: str, looked: bool = True) -> None:
    """Of a decision that has been made of all these pictures; one mail a person. `looked`: it was
    a moderator's."""
    mine = sorted(pictures, key=lambda picture: picture.owner_id)
    for owner, theirs in groupby(mine, key=lambda picture: picture.owner):
        rows = list(theirs)
        subject = "a decision about your " + ("picture" if len(rows) == 1 else "pictures")
        state = rows[0].get_review_display().lower()
        context = {"pictures": rows, "state": state, "reason": reason, "looked": looked}
        post([owner.email], subject, "decision", **context)


def tell_suspended(person: User, reason: str) -> None:
    post([person.email], "your account is suspended", "suspended", reason=reason)


def tell_readmitted(person: User, reason: str) -> None:
    post([person.email], "your account is open again", "readmitted", reason=reason)


def say_farewell(person: User) -> None:
    post([person.email], "your account is deleted", "farewell", name=person.get_username())


def tell_reporter(report: Report, looked: bool) -> None:
    """Of the outcome; nothing of the owner, and nothing back of what the report itself said, which
    somebody else may have written to this address. `looked`: a moderator did."""
    to = report.reporter.email if report.reporter else report.email
    post([to], "what came of your report", "outcome", report=report, looked=looked)


def tell_moderators(picture: Picture, count: int) -> None:
    subject = "a picture has been reported several times" if count > 1 else "a report"
    addresses = moderators().values_list("email", flat=True)
    post(addresses, subject, "reported", picture=picture, count=count)


def moderators() -> Any:
    """Who can open the desk and decide there."""
    users = User.objects.with_perm(REVIEW, is_active=True)
    return users.filter(is_staff=True).order_by("pk")
