"""Mail goes through the ledger: what the site sends by Django's functions is stored, and a worker
delivers it."""

import logging
from base64 import b64encode
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from jobs.services import jobs
from jobs.services.jobs import NewItem

logger = logging.getLogger(__name__)

KIND = "mail"


class LedgerBackend(BaseEmailBackend):
    """Stores emails in the caller's transaction: if that is undone, nothing is sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                store(message)
        return len(email_messages)


def store(message: EmailMessage) -> None:
    """One item for each recipient, as each is accepted or refused on their own. The message is
    stored as it goes out, so that its Message-ID is the same at each attempt. One that
    cannot be written, such as to a host that is none, is left out: what it tells about is not to
    fail for it."""
    try:
        whole = b64encode(message.message().as_bytes()).decode()
    except UnicodeError as problem:
        logger.error("an email is left out, because it cannot be written: %s", problem)
        return
    letter = {"sender": message.from_email, "message": whole}
    items = [NewItem(str(message.subject), letter | {"to": to}) for to in message.recipients()]
    if items:
        jobs.start(KIND, None, KIND, items)
