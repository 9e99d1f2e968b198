"""“Email me when it is done”: one email with one link, and the address is forgotten.

A visitor's address is not confirmed beforehand: the one email is all that anybody gets, it says
nothing that a stranger could write, and only a few a day go to one address, and from one.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.views import View
from rest_framework.request import Request

from accounts.models import User
from colorize.web.errors import BadField
from colorize.web.mailboxes import check_mailbox, mailbox
from colorize.web.ratelimit import Throttle
from colorize.web.rows import refresh
from jobs import text
from jobs.errors import TooLateForThat, TooManyEmails
from jobs.models import ItemState, Job, JobState
from jobs.models.jobs import EMAIL_LENGTH
from jobs.services import jobs


class EmailsTo(Throttle):
    """By mailbox: ann+photos@example.org is ann@example.org, and so is, as at Gmail, a.nn@."""

    scope = "notify_to"

    def __init__(self, email: str) -> None:
        super().__init__()
        self.email = email

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str:
        name, _, host = mailbox(self.email).lower().rpartition("@")
        owner = name.partition("+")[0].replace(".", "")
        return self.name(f"{owner}@{host}")


class EmailsFrom(Throttle):
    """By the visitor's address."""

    scope = "notify_from"

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str:
        return self.name(self.get_ident(request))


def wish(request: HttpRequest, owner: User | None, email: str = "") -> dict[str, Any]:
    """The fields of a new job that sends an email at its end: to its owner, or to a visitor's
    `email`, which is counted. Raises BadField or TooManyEmails."""
    if owner is None:
        count(request, checked(email))
        return {"notify": True, "email": email}
    if not owner.email:
        raise BadField(name="notify", reason="your account has no email address.")
    return {"notify": True}


def checked(email: str) -> str:
    """Raises BadField."""
    try:
        check_mailbox(email)
        MaxLengthValidator(EMAIL_LENGTH)(email)
    except ValidationError as problem:
        raise BadField(name="email", reason="this is not an email address.") from problem
    return email


def count(request: HttpRequest, email: str) -> None:
    """Raises TooManyEmails."""
    limits = (
        (EmailsFrom(), "be asked for from one connection"),
        (EmailsTo(email), "go to an address"),
    )
    for throttle, what in limits:
        if not throttle.allow_request(request):
            reason = f"at most {throttle.num_requests} can {what}"
            raise TooManyEmails(retry_after=int(throttle.wait() or 0) + 1, reason=reason)


def ask(job: Job, request: HttpRequest, email: str = "") -> None:
    """The same for a job that is under way. Raises TooLateForThat, too."""
    fields = wish(request, job.owner, email)
    with transaction.atomic():
        if jobs.locked(job).is_finished:
            raise TooLateForThat(reason="This job has already finished.")
        Job.objects.filter(pk=job.pk).update(**fields)
    refresh(job)


def forget(job: Job) -> None:
    """Send no email for this job any more, and forget the address."""
    job.notify, job.email = False, ""
    job.save(update_fields=["notify", "email"])


def finished(job: Job) -> None:
    """Tell who asked for it, in the transaction that finishes the job. Once: a job that is tried
    again tells nobody unless asked again. One that was cancelled tells nobody."""
    if not job.notify:
        return
    to = job.owner.email if job.owner else job.email
    forget(job)
    if to and job.state != JobState.CANCELLED:
        tell(job, to)


def tell(job: Job, to: str) -> None:
    counts = job.counts()
    headline = text.headline(job, counts)
    facts = {
        "job": job,
        "headline": headline,
        "failed": counts[ItemState.FAILED],
        "site_url": settings.SITE_URL,
        "link": settings.SITE_URL + job.get_absolute_url(),
    }
    body = render_to_string("jobs/mail/done.txt", facts)
    has_worked = job.state == JobState.DONE
    subject = headline.partition(". ")[0].rstrip(".") if has_worked else "A job had to stop"
    EmailMessage(f"Image Colorizer: {subject}", body, to=[to]).send()
