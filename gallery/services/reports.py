"""Reports of public pictures: open, in a moderator's hands, resolved; and the reporter hears."""

from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from colorize.web.ratelimit import PhotoThrottle, rate_limited
from gallery.errors import AlreadyThere, BadField, NotAllowed, NotFound, TooManyReports
from gallery.models import Picture, Report, Review
from gallery.services import mail
from gallery.services.decisions import HANDLE, is_own, record, require_permission, set_review

GONE = "The picture has been taken away: it was deleted, and nobody sees it any longer."
UNTIL_LOOKED_AT = "Hidden until a moderator has looked"


class ReportThrottle(PhotoThrottle):
    """By address, as for photos."""

    scope = "reports"


def limit(request: HttpRequest) -> None:
    """Raises TooManyReports."""
    throttle = ReportThrottle()
    if not throttle.allow_request(request):
        raise rate_limited(throttle.wait(), kind=TooManyReports)


def address_of(request: HttpRequest) -> str:
    """The one that visitors are counted by; see NUM_PROXIES."""
    return ReportThrottle().get_ident(request)


def check(picture: Picture, reporter: User | None) -> None:
    """Raises NotAllowed for one's own picture."""
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
    """Of a picture that anyone can see. `address`: see address_of; kept as a keyed hash only, of
    visitors without an account. `email`: theirs too; an account has its own.

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
        raise AlreadyThere(reason="you have reported this picture already.") from problem


def count(picture: Picture) -> None:
    """Many reports call the moderators. They hide nothing by themselves, for that is how people
    would silence each other, unless REPORTS_HIDE_AT says so."""
    number = Report.objects.unresolved().filter(picture=picture).count()
    if number == settings.REPORTS_MAIL_AT:
        mail.tell_moderators(picture, number)
    if 0 < settings.REPORTS_HIDE_AT <= number:
        set_review(None, picture, Review.HIDDEN, UNTIL_LOOKED_AT)
        mail.tell_owners([picture], UNTIL_LOOKED_AT, looked=False)


def assign(moderator: User, report: Report) -> None:
    """To this moderator, also out of another's hands. Raises NotAllowed."""
    with transaction.atomic():
        row = held(moderator, report, resolved=False)
        before, row.assignee = row.state, moderator
        row.save(update_fields=["assignee"])
        record(row, moderator, "assign", {"state": (before, row.state)}, "")


def resolve(moderator: User, report: Report, outcome: str) -> None:
    """`outcome`: what the reporter reads. Raises NotAllowed, BadField."""
    if not outcome.strip():
        raise BadField(name="outcome", reason="say what came of it; the reporter reads it.")
    with transaction.atomic():
        close(moderator, held(moderator, report, resolved=False), outcome.strip())


def reopen(moderator: User, report: Report, reason: str = "") -> None:
    """Back to the beginning, in nobody's hands. Raises NotAllowed."""
    with transaction.atomic():
        row = held(moderator, report, resolved=True)
        before, row.resolved_at, row.assignee, row.outcome = row.state, None, None, ""
        row.save(update_fields=["resolved_at", "assignee", "outcome"])
        record(row, moderator, "reopen", {"state": (before, row.state)}, reason)


def settle(moderator: User | None, pictures: Iterable[Picture], outcome: str) -> None:
    """All that is open of pictures that have been decided of, or that go for good."""
    rows = Report.objects.unresolved().filter(picture__in=pictures).select_related("reporter")
    for row in rows.order_by("pk").select_for_update(of=("self",)):
        close(moderator, row, outcome)


def close(moderator: User | None, row: Report, outcome: str) -> None:
    """`moderator`: None where the site itself does it."""
    before, row.resolved_at, row.outcome = row.state, timezone.now(), outcome
    row.assignee = row.assignee or moderator
    row.save(update_fields=["resolved_at", "assignee", "outcome"])
    record(row, moderator, "resolve", {"state": (before, row.state)}, outcome)
    mail.tell_reporter(row, looked=moderator is not None)


def held(moderator: User, report: Report, resolved: bool) -> Report:
    """The report as it is now, held until the end of the transaction. Raises NotAllowed."""
    require_permission(moderator, HANDLE)
    rows = Report.objects.select_related("reporter").select_for_update(of=("self",))
    row = rows.get(pk=report.pk)
    if is_own(moderator, row.owner_id):
        raise NotAllowed(reason="it is about your own picture. Somebody else decides of it.")
    if resolved != (row.resolved_at is not None):
        wrong = "is not resolved" if resolved else "is resolved already. Reopen it first"
        raise NotAllowed(reason=f"the report {wrong}.")
    return row
