"""Reports of public pictures: create, assign, resolve and reopen them, and tell the reporter."""

from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from colorize.web import ratelimit
from colorize.web.ratelimit import PhotoThrottle
from gallery.errors import AlreadyThere, BadField, NotAllowed, NotFound, TooManyReports
from gallery.models import Picture, Report, Review
from gallery.services import mail
from gallery.services.decisions import HANDLE, is_own, record, require_permission, set_review

GONE = "The picture was deleted. Nobody can see it any more."
UNTIL_LOOKED_AT = "Hidden until a moderator has reviewed it"


class ReportThrottle(PhotoThrottle):
    """Counts by person or address, like photos."""

    scope = "reports"


def limit(request: HttpRequest) -> None:
    """Raises TooManyReports."""
    ratelimit.limit(request, ReportThrottle(), kind=TooManyReports)


def address_of(request: HttpRequest) -> str:
    """The address that visitors are counted by; see NUM_PROXIES."""
    return ReportThrottle().get_ident(request)


def check(picture: Picture, reporter: User | None) -> None:
    """Raises NotAllowed if it is the reporter's own picture."""
    if reporter and reporter.pk == picture.owner_id:
        raise NotAllowed(reason="this picture is your own. Make it private instead.")


def report(
    picture: Picture,
    reporter: User | None,
    address: str,
    reason: str,
    words: str = "",
    email: str = "",
) -> Report:
    """Report a public picture. For visitors without an account: `address` (see address_of) is
    stored only as a keyed hash, and `email` is for the outcome.

    Raises NotFound, NotAllowed, BadField, AlreadyThere.
    """
    if reason not in Report.Reason:
        raise BadField(name="reason", reason=f"choose one of {', '.join(Report.Reason.values)}.")
    who = {"reporter": reporter} if reporter else {"visitor": hashed(address), "email": email}
    with transaction.atomic():
        shown = Picture.objects.public().select_related("owner").select_for_update(of=("self",))
        found = shown.filter(pk=picture.pk).first()
        if found is None:
            raise NotFound
        check(found, reporter)
        told = {"reason": reason, "words": words, "title": found.title, "owner": found.owner}
        made = create(picture=found, **told, **who)
        count(found)
    return made


def hashed(address: str) -> str:
    return salted_hmac("gallery.services.reports", address, algorithm="sha256").hexdigest()


def create(**fields: object) -> Report:
    try:
        with transaction.atomic():
            return Report.objects.create(**fields)
    except IntegrityError as problem:
        raise AlreadyThere(reason="You have already reported this picture.") from problem


def count(picture: Picture) -> None:
    """Email the moderators once there are many reports. Reports alone hide nothing, or people could
    silence each other, unless REPORTS_HIDE_AT says so."""
    number = Report.objects.unresolved().filter(picture=picture).count()
    if number == settings.REPORTS_MAIL_AT:
        mail.tell_moderators(picture, number)
    if 0 < settings.REPORTS_HIDE_AT <= number:
        set_review(None, picture, Review.HIDDEN, UNTIL_LOOKED_AT)
        mail.tell_owners([picture], UNTIL_LOOKED_AT, looked=False)


def assign(moderator: User, report: Report) -> None:
    """Assign a report to this moderator, even if it is another's. Raises NotAllowed."""
    with transaction.atomic():
        row = held(moderator, report, resolved=False)
        before, row.assignee = row.state, moderator
        row.save(update_fields=["assignee"])
        record(row, moderator, "assign", {"state": (before, row.state)}, "")


def resolve(moderator: User, report: Report, outcome: str) -> None:
    """Resolve a report. `outcome` is sent to the reporter. Raises NotAllowed, BadField."""
    if not outcome.strip():
        raise BadField(name="outcome", reason="say what the outcome is; the reporter will read it.")
    with transaction.atomic():
        close(moderator, held(moderator, report, resolved=False), outcome.strip())


def reopen(moderator: User, report: Report, reason: str = "") -> None:
    """Reopen a resolved report, assigned to nobody. Raises NotAllowed."""
    with transaction.atomic():
        row = held(moderator, report, resolved=True)
        before, row.resolved_at, row.assignee, row.outcome = row.state, None, None, ""
        row.save(update_fields=["resolved_at", "assignee", "outcome"])
        record(row, moderator, "reopen", {"state": (before, row.state)}, reason)


def settle(moderator: User | None, pictures: Iterable[Picture], outcome: str) -> None:
    """Resolve all open reports of pictures that were reviewed, or are deleted for good."""
    rows = Report.objects.unresolved().filter(picture__in=pictures).select_related("reporter")
    for row in rows.order_by("pk").select_for_update(of=("self",)):
        close(moderator, row, outcome)


def close(moderator: User | None, row: Report, outcome: str) -> None:
    """Resolve one report and tell the reporter. `moderator`: None if the site itself does it."""
    before, row.resolved_at, row.outcome = row.state, timezone.now(), outcome
    row.assignee = row.assignee or moderator
    row.save(update_fields=["resolved_at", "assignee", "outcome"])
    record(row, moderator, "resolve", {"state": (before, row.state)}, outcome)
    mail.tell_reporter(row, looked=moderator is not None)


def held(moderator: User, report: Report, resolved: bool) -> Report:
    """The current row of the report, locked for the transaction. Raises NotAllowed."""
    require_permission(moderator, HANDLE)
    rows = Report.objects.select_related("reporter").select_for_update(of=("self",))
    row = rows.get(pk=report.pk)
    if is_own(moderator, row.owner_id):
        raise NotAllowed(reason="it is about your own picture. Another moderator has to decide.")
    if resolved != (row.resolved_at is not None):
        wrong = "is not resolved" if resolved else "is already resolved. Reopen it first"
        raise NotAllowed(reason=f"the report {wrong}.")
    return row
