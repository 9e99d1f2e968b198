"""The ledger of long work: the only truth of what waits, is worked on, and is done."""

from jobs.models.due import Due
from jobs.models.files import JobFile
from jobs.models.items import Item, ItemState
from jobs.models.jobs import Job, JobState
from jobs.models.totals import Total
from jobs.models.webhooks import WebhookSecret
from jobs.models.workers import Worker

__all__ = [
    "Due",
    "Item",
    "ItemState",
    "Job",
    "JobFile",
    "JobState",
    "Total",
    "WebhookSecret",
    "Worker",
]
