"""XMP files beside photos: they belong to the photos with their names."""

from collections.abc import Iterable

from colorize.service import Metadata, read_sidecar
from jobs.companions import XMP, companion_of
from jobs.models import Item, ItemState, Job
from jobs.services import jobs
from jobs.services.reading import content, received

# Of the job's own options: whether any came with it, so that not every photo has to ask.
ANY = "sidecars"


def is_sidecar(name: str) -> bool:
    return companion_of(name) is XMP


def names_of(photo: str) -> list[str]:
    """What the sidecar of scan.tif may be called, in lower case: scan.tif.xmp, or else scan.xmp."""
    name = photo.lower()
    stem, dot, _ = name.rpartition(".")
    return [f"{each}.{XMP.ending}" for each in (name, stem if dot else name)]


def note_any(job: Job, names: Iterable[str]) -> None:
    """Remember if one of these files is a sidecar. The job is locked for the transaction."""
    if not job.options.get(ANY) and any(map(is_sidecar, names)):
        job.options[ANY] = True
        job.save(update_fields=["options"])


def sidecar_of(item: Item) -> Item | None:
    """The item of the same job that is its sidecar."""
    wanted = names_of(item.name)
    beside = Item.objects.filter(job=item.job_id, name__iendswith=f".{XMP.ending}")
    rows = beside.order_by("-position").values_list("pk", "name")
    found = {name.lower(): pk for pk, name in rows}
    first = next((found[name] for name in wanted if name in found), None)
    return Item.objects.filter(pk=first).first() if first else None


def known_of(item: Item, unpacked: bytes | None) -> Metadata | None:
    """What the sidecar of a photo says, None without one. `unpacked`: the one that was in the same
    ZIP file. Raises BadSidecar."""
    if unpacked is not None:
        return read_sidecar(unpacked)
    # Of a batch of an earlier release nothing is noted.
    beside = sidecar_of(item) if item.job.options.get(ANY, True) else None
    has_arrived = beside and received(beside) == beside.payload.get("size")
    return read_sidecar(content(beside)) if beside and has_arrived else None


def is_awaited(item: Item) -> bool:
    """Whether the sidecar of a photo is still on its way."""
    beside = None if is_sidecar(item.name) else sidecar_of(item)
    return beside is not None and beside.state == ItemState.UPLOADING


def let_go(job: Job) -> None:
    """Have those photos wait for their turn that are here, and whose sidecar is, or never comes."""
    for item in job.items.filter(state=ItemState.UPLOADING):
        if received(item) == item.payload.get("size") and not is_awaited(item):
            jobs.arrive(item)
