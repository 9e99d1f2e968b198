"""ZIP files of all that is done of a job, streamed while they are built."""

from collections.abc import Iterator

from django.db.models.fields.files import FieldFile

from colorize.engine.filenames import stem
from colorize.engine.formats import JPEG
from gallery.models import Picture
from gallery.services.zips import PORTION, Archive
from jobs.models import Item, ItemState, Job, JobFile


def zip_of(job: Job) -> Iterator[bytes]:
    """The results at full size, named after their photos."""
    archive = Archive()
    for item, stored in results_of(job):
        name = archive.names.pick(stem(item.name), JPEG.ending)
        yield from archive.file(stored, name)
    yield from archive.end()


def results_of(job: Job) -> Iterator[tuple[Item, FieldFile]]:
    """In their order, a portion at a time, so that no query stays open during a long download."""
    after = -1
    done = job.items.filter(state=ItemState.DONE).order_by("position")
    while items := list(done.filter(position__gt=after)[:PORTION]):
        rows = JobFile.objects.filter(item__in=items, role="result")
        kept = {row.item_id: row.file for row in rows}
        keys = [key for item in items if (key := item.told("picture"))]
        shown = Picture.objects.present().select_related("current").in_bulk(keys)
        there = {str(key): picture.shown.result for key, picture in shown.items()}
        for item in items:
            stored = there.get(item.told("picture")) or kept.get(item.pk)
            if stored:
                yield item, stored
        after = items[-1].position
