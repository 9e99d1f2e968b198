"""Webhooks: an item is one webhook, kept until its receiver has accepted it."""

import time

from jobs import outgoing
from jobs.errors import WebhookUndelivered, WebhookUnwanted
from jobs.registry import FOR_A_DAY, Kind, register
from jobs.services import webhooks
from jobs.work import Work

GONE = 410
# A receiver may take seconds to answer, in which a worker colours some photos.
WEIGHT = 5


def run(work: Work) -> None:
    """Raises WebhooksOff, NoWebhookSecret, CallbackRefused, WebhookUndelivered or
    WebhookUnwanted."""
    webhooks.check_is_on()
    secret = webhooks.secret_of(work.item.job.owner)
    url, body = work.item.payload["url"], work.item.payload["body"]
    headers = webhooks.headers(secret, f"msg_{work.item.job_id.hex}", int(time.time()), body)
    status = outgoing.post(url, body.encode(), headers)
    if status == GONE:
        raise WebhookUnwanted
    if not 200 <= status <= 299:
        raise WebhookUndelivered(reason=f"it answered {status}")


register(
    Kind(
        webhooks.KIND,
        "Webhook",
        run,
        weight=WEIGHT,
        listed=False,
        **FOR_A_DAY,
    )
)
