"""Emails about moderation and accounts."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from gallery.models import Picture, Report
from gallery.models.people import REVIEW


def post(addresses: Iterable[str], subject: str, template: str, **context: Any) -> None:
    """Send one email to each address, so that nobody sees another's. Inside a transaction, which
    sends them only if it is committed."""
    body = render_to_string(f"gallery/mail/{template}.txt", context)
    for to in addresses:
        if to:
            EmailMessage(f"Image Colorizer: {subject}", body, to=[to]).send()


def tell_owners(pictures: Iterable[Picture], reason: str, looked: bool = True) -> None:
    """Tell owners about one decision for all these pictures, with one email a person. `looked`:
    whether a moderator decided, not the site."""
    mine = sorted(pictures, key=lambda picture: picture.owner_id)
    for owner, theirs in groupby(mine, key=lambda picture: picture.owner):
        rows = list(theirs)
        subject = "A decision about your " + ("picture" if len(rows) == 1 else "pictures")
        state = rows[0].get_review_display().lower()
        context = {"pictures": rows, "state": state, "reason": reason, "looked": looked}
        post([owner.email], subject, "decision", **context)


def tell_suspended(person: User, reason: str) -> None:
    post([person.email], "Your account is suspended", "suspended", reason=reason)


def tell_reinstated(person: User, reason: str) -> None:
    post([person.email], "Your account is active again", "reinstated", reason=reason)


def say_farewell(person: User) -> None:
    post([person.email], "Your account was deleted", "farewell", name=person.get_username())


def tell_reporter(report: Report, looked: bool) -> None:
    """Tell the reporter the outcome. Says nothing about the owner, and does not quote the report:
    someone else may have entered this address. `looked`: whether a moderator decided."""
    to = report.reporter.email if report.reporter else report.email
    post([to], "The outcome of your report", "outcome", report=report, looked=looked)


def tell_moderators(picture: Picture, count: int) -> None:
    subject = "A picture has been reported several times" if count > 1 else "A report"
    addresses = moderators().values_list("email", flat=True)
    queue = settings.SITE_URL + reverse("admin:gallery_picture_queue")
    post(addresses, subject, "reported", picture=picture, count=count, queue=queue)


def moderators() -> Any:
    """People who can review pictures in the admin."""
    users = User.objects.with_perm(REVIEW, is_active=True)
    return users.filter(is_staff=True).order_by("pk")
