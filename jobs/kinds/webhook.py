"""Webhooks: an item is what one receiver is told, until it has taken it."""

import time
from typing import Any

from django.conf import settings
from rest_framework.renderers import JSONRenderer

from jobs import ledger, outgoing
from jobs.api.base import as_told
from jobs.api.serializers import JobSerializer
from jobs.describe import as_list
from jobs.errors import WebhookUndelivered, WebhookUnwanted
from jobs.models import Job
from jobs.registry import FOR_A_DAY, Kind, register
from jobs.services import webhooks
from jobs.work import Work

GONE = 410
# A receiver may take seconds to answer, in which a worker colours some photos.
WEIGHT = 5


def note_end(sender: Any, job: Job, **_: Any) -> None:
    """Tell the program that asked for it, in the transaction that finishes the job."""
    if job.callback_url and job.owner and job.owner.is_active and settings.WEBHOOKS:
        webhooks.queue(job.owner, job.callback_url, told(job))


def told(job: Job) -> str:
    """Without its items, which may be many: they are at its address."""
    (facts,) = as_list([job])
    facts = as_told(facts, lambda path: f"{settings.SITE_URL}{path}")
    data = JobSerializer(facts).data
    event = {"type": "job.finished", "timestamp": data["finished_at"], "data": data}
    return bytes(JSONRenderer().render(event)).decode()


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


ledger.finished.connect(note_end, dispatch_uid="webhook")
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
