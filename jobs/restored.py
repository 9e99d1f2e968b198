"""What a site that was restored from a backup does not send: it may have been sent since."""

from django.db import connection, transaction
from django.utils import timezone

from gallery.maintenance.others import AFTER_RESTORE
from jobs.models import Item, ItemState, Job, JobState

# Kinds that reach somebody outside, so that doing them again is noticed.
SENDS = ("mail", "webhook")


@transaction.atomic
def cancel_what_waited() -> None:
    """Cancel emails and the like that had not been sent when the backup was made, and forget what
    they say. Only columns that the first version had are named; an older one has no jobs."""
    if Job._meta.db_table not in connection.introspection.table_names():
        return
    items = Item.objects.unfinished().filter(kind__in=SENDS)
    items.update(
        state=ItemState.CANCELLED,
        lease=None,
        lease_until=None,
        finished_at=timezone.now(),
        payload={},
        is_incomplete=True,
    )
    waiting = Job.objects.unfinished().filter(kind__in=SENDS)
    waiting.update(state=JobState.CANCELLED, finished_at=timezone.now())


AFTER_RESTORE.append(cancel_what_waited)
