"""A job as JSON, for the scripts of its page and for the API."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Max, Sum
from django.urls import reverse

from gallery.models import Picture
from jobs import text
from jobs.describe_film import film_facts, own_file
from jobs.film_state import FILM, read_items
from jobs.models import Item, ItemState, Job, Worker
from jobs.services import jobs

# Items in one answer, if not asked otherwise, and at most.
ITEMS, MOST_ITEMS = 200, 1000

encoder = DjangoJSONEncoder(sort_keys=True)


@dataclass(frozen=True)
class Portion:
    """Which items: those after this position."""

    after: int = -1
    size: int = ITEMS


@dataclass(frozen=True)
class Overview:
    """What can be said of a job without loading its items. `moved`: sums that change whenever one
    of the items does; `gallery`: the same of its owner's pictures."""

    job: Job
    counts: Counter[str]
    moved: list[Any]
    gallery: list[Any]
    worker_is_here: bool

    def etag(self, portion: Portion) -> str:
        """Changes with everything in the JSON but the time left."""
        facts = [
            facts_of(self.job),
            self.counts,
            self.moved,
            self.gallery,
            self.worker_is_here,
            vars(portion),
        ]
        digest = hashlib.sha256(encoder.encode(facts).encode()).hexdigest()
        return f'"{digest[:32]}"'


def overview(job: Job) -> Overview:
    """Four queries, however many items there are."""
    states = job.items.order_by("state").values("state")
    rows = states.annotate(count=Count("*"), done=Sum("progress"), tried=Sum("attempts"))
    moved = [[row["state"], row["count"], row["done"], row["tried"]] for row in rows]
    counts = job.counts()
    return Overview(job, counts, moved, gallery_of(job), Worker.objects.present().exists())


def gallery_of(job: Job) -> list[Any]:
    """Until the job is finished, its items move."""
    if job.owner is None or not job.is_finished:
        return []
    pictures = Picture.objects.owned_by(job.owner)
    newest = pictures.aggregate(newest=Max("updated_at"))["newest"]
    return [pictures.present().count(), newest]


def describe(seen: Overview, portion: Portion | None = None) -> dict[str, Any]:
    """The job with a portion of its items. `next`: for the portion after it, None at the end;
    `file`: the address of the one file that the job makes, if it is such a job; `film`: see
    `film_facts`, None for other jobs."""
    portion = portion or Portion()
    read_items([seen.job])
    rows = seen.job.items.filter(position__gt=portion.after).order_by("position")
    items = list(rows[: portion.size + 1])
    more = len(items) > portion.size
    items = items[: portion.size]
    present = still_there(items)
    left = jobs.seconds_left(seen.job, seen.counts) if seen.worker_is_here else None
    options = seen.job.options.get("options", {})
    told = [item_facts(item, present) | text.of_item(item, options) for item in items]
    return facts_of(seen.job) | {
        **text.of_job(seen.job, seen.counts, left),
        "counts": {"total": seen.counts.total()} | {each: seen.counts[each] for each in ItemState},
        "seconds_left": left,
        "worker_is_here": seen.worker_is_here,
        "file": file_of(seen.job, told),
        "film": film_facts(seen.job) if seen.job.kind == FILM else None,
        "items": told,
        "next": items[-1].position if more else None,
    }


def file_of(job: Job, items: list[dict[str, Any]]) -> str | None:
    """The address of the one file that a job makes, once it is there."""
    return items[0]["result"] if items and job.kind in text.OF_A_FILE else None


def facts_of(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "url": job.get_absolute_url(),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "expires_at": job.expires_at,
        "error": job.error,
        "notify": job.notify,
    }


def item_facts(item: Item, present: set[str]) -> dict[str, Any]:
    """`size`: of its upload in bytes; `skipped`: names and reasons of what was left out of a ZIP
    file, the first ones of `left_out`; `picture_id`: of the picture in the gallery, if it is there;
    `small`, `before`, `after`, `result`: addresses of pictures, the last one to save."""
    result = item.result or {}
    picture = result.get("picture")
    return {
        "id": item.pk,
        "position": item.position,
        "name": item.name,
        "size": item.payload.get("size"),
        "state": item.state,
        "progress": item.progress,
        "attempts": item.attempts,
        "error": item.error,
        "confidence": result.get("confidence"),
        "noticed": result.get("noticed"),
        "skipped": item.payload.get("skipped", []),
        "left_out": item.payload.get("left_out", 0),
        "picture_id": picture if picture in present else None,
        **addresses(item, result, present),
    }


def addresses(item: Item, result: dict[str, Any], present: set[str]) -> dict[str, str | None]:
    picture = result.get("picture")
    if picture in present:
        return in_gallery(picture)
    roles = result.get("roles", [])
    places = {"small": "result_small", "before": "before", "after": "result_medium"}
    found = {name: own_file(item, role) for name, role in places.items() if role in roles}
    whole = f"{own_file(item, 'result')}?download" if "result" in roles else None
    nothing = dict.fromkeys(("small", "before", "after"))
    return nothing | found | {"result": whole, "picture": None}


def in_gallery(picture: str) -> dict[str, str | None]:
    kinds = {"small": "result-small", "before": "before", "after": "result-medium"}
    found = {name: reverse("file", args=[picture, kind]) for name, kind in kinds.items()}
    whole = reverse("file", args=[picture, "result"])
    return {
        **found,
        "result": f"{whole}?download",
        "picture": reverse("picture", args=[picture]),
    }


def still_there(items: list[Item]) -> set[str]:
    """The pictures of these items that have not been deleted from the gallery since."""
    named = [UUID(key) for item in items if (key := item.told("picture"))]
    rows = Picture.objects.present().filter(pk__in=named)
    return {str(key) for key in rows.values_list("pk", flat=True)} if named else set()


def as_list(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Jobs without their items, in three queries, however many there are."""
    read_items(jobs)
    counts = Item.objects.filter(job__in=jobs).counts_by_job()
    return [as_listed(job, counts[job.pk]) for job in jobs]


def as_listed(job: Job, counts: Counter[str]) -> dict[str, Any]:
    told = {each: counts[each] for each in ItemState}
    return facts_of(job) | {
        "words": text.headline(job, counts),
        "counts": {"total": counts.total()} | told,
    }
