"""What programs are told when a job ends, in the same words as when they ask for it."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from rest_framework.renderers import JSONRenderer

from jobs import endings
from jobs.api.base import as_told
from jobs.api.serializers import JobSerializer
from jobs.describe import as_list
from jobs.models import Job
from jobs.services import webhooks


@receiver(endings.finished, dispatch_uid="webhook")
def tell(sender: Any, job: Job, **_: Any) -> None:
    """Queue a webhook for the program that asked for it, in the transaction that finishes the
    job."""
    if job.callback_url and job.owner and job.owner.is_active and settings.WEBHOOKS:
        webhooks.queue(job.owner, job.callback_url, event(job))


def event(job: Job) -> str:
    """As JSON, without its items, which may be many: they are at its address."""
    (facts,) = as_list([job])
    facts = as_told(facts, lambda path: f"{settings.SITE_URL}{path}")
    data = JobSerializer(facts).data
    told = {"type": "job.finished", "timestamp": data["finished_at"], "data": data}
    return bytes(JSONRenderer().render(told)).decode()
