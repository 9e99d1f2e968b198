"""Webhooks, as https://www.standardwebhooks.com describes them: they tell a program that its job
is finished, and are signed, so that it can check who sent them."""

import hashlib
import hmac
import logging
import secrets
from base64 import b64decode, b64encode
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from jobs import outgoing
from jobs.errors import NoWebhookSecret, TooManyWebhooks, WebhooksOff
from jobs.models import Job, WebhookSecret
from jobs.services import jobs
from jobs.services.jobs import NewItem, lane_of

logger = logging.getLogger(__name__)

KIND = "webhook"
PREFIX = "whsec_"
SECRET_BYTES = 32
# Of one person: a receiver that does not answer keeps a worker for seconds each time.
MOST_UNDELIVERED = 50


def make_secret(owner: User) -> str:
    """A new secret, which replaces the one before. Raises WebhooksOff."""
    check_is_on()
    secret = PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = {"secret": secret, "created_at": timezone.now()}
    WebhookSecret.objects.update_or_create(owner=owner, defaults=made)
    return secret


def secret_of(owner: User | None) -> str:
    """Raises NoWebhookSecret."""
    found = WebhookSecret.objects.filter(owner=owner, owner__is_active=True).first()
    if found is None:
        raise NoWebhookSecret
    return found.secret


def check_is_on() -> None:
    """Raises WebhooksOff."""
    if not settings.WEBHOOKS:
        raise WebhooksOff


def wish(owner: User, url: str) -> dict[str, Any]:
    """The fields of a new job that sends a webhook to `url` at its end.

    Raises WebhooksOff, NoWebhookSecret, TooManyWebhooks or CallbackRefused.
    """
    check_is_on()
    secret_of(owner)
    if (waiting := undelivered(owner)) >= MOST_UNDELIVERED:
        raise TooManyWebhooks(count=waiting, retry_after=60)
    outgoing.check(url)
    return {"callback_url": url}


def undelivered(owner: User) -> int:
    return Job.objects.owned_by(owner).filter(kind=KIND).unfinished().count()


def queue(owner: User, url: str, body: str) -> None:
    """Send `body` as soon as a worker can, in the caller's transaction; not where too much waits
    already, as of a job that is cancelled and tried again all the time."""
    if undelivered(owner) >= MOST_UNDELIVERED:
        logger.warning("a webhook is left out: too many wait for the same person")
        return
    new = [NewItem("", {"url": url, "body": body})]
    jobs.start(KIND, owner, lane_of(owner, ""), new)


def headers(secret: str, key: str, timestamp: int, body: str) -> dict[str, str]:
    """`key`: the same for all attempts, so that a receiver recognises what it has already."""
    signed = f"{key}.{timestamp}.{body}".encode()
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
