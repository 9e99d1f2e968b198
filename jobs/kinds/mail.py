"""Emails: an item is one email to one recipient, with its content until it is sent or given up."""

import logging
import smtplib
from typing import Any, NoReturn

from jobs import ledger, mail
from jobs.delivery import HungUp, Stored, deliver
from jobs.errors import MailRefused, MailServerDown, MailUnclear, Stopped
from jobs.models import Job
from jobs.registry import FOR_A_DAY, Kind, register
from jobs.work import Work

logger = logging.getLogger(__name__)

# Marks an item of which nobody may know whether it was sent; see `delivery`.
HANDED_OVER = "is_handed_over"
# Answers from here on are for good (RFC 5321), if they are about the recipient or the email. Those
# about anything else, such as a wrong password of the site, may change.
REFUSED = 500
ABOUT_RECIPIENT = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


def run(work: Work) -> None:
    """Raises MailServerDown, MailRefused or MailUnclear, and Stopped."""
    letter = dict(work.item.payload)
    if letter.pop(HANDED_OVER, False):
        raise MailUnclear
    try:
        deliver(Stored(**letter), lambda: hand_over(work))
    except OSError as problem:
        explain(work, problem)


def hand_over(work: Work) -> None:
    """Note that the email may be sent from now on. Raises Stopped if the item was cancelled or
    another worker has it."""
    note(work, work.item.payload | {HANDED_OVER: True})


def note(work: Work, payload: dict[str, Any]) -> None:
    if not ledger.note(work.lease, payload):
        raise Stopped
    work.item.payload = payload


def explain(work: Work, problem: OSError) -> NoReturn:
    """Raises what follows from an email that the server did not take. An answer about a recipient
    may quote the address, so that only its number is logged."""
    answer = answer_to(problem)
    is_about_recipient = isinstance(problem, ABOUT_RECIPIENT)
    said = answer if is_about_recipient else problem
    logger.warning("the mail server did not take an email: %s: %s", type(problem).__name__, said)
    is_answered = answer is not None or isinstance(problem, HungUp)
    if HANDED_OVER in work.item.payload and not is_answered:
        raise MailUnclear from None
    if answer and answer >= REFUSED and is_about_recipient:
        raise MailRefused(answer=answer) from None
    note(work, {key: value for key, value in work.item.payload.items() if key != HANDED_OVER})
    raise MailServerDown from None


def answer_to(problem: OSError) -> int | None:
    """The number that the server answered (RFC 5321); None if it was something else."""
    code = None
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = next(iter(problem.recipients.values()))[0]
    elif isinstance(problem, smtplib.SMTPResponseException):
        code = problem.smtp_code
    return code if code is not None and 400 <= code <= 599 else None


def forget(job: Job) -> None:
    """Delete what is written in the emails, and to whom. They cannot be tried again."""
    job.items.update(payload={}, is_incomplete=True)


register(
    Kind(
        mail.KIND,
        "Email",
        run,
        after=forget,
        priority=10,
        listed=False,
        **FOR_A_DAY,
    )
)
