"""XMP files beside photos: they belong to the photos with their names."""

from colorize.service import Metadata, read_sidecar
from jobs.models import Item, ItemState, Job, JobFile
from jobs.services import jobs
from jobs.services.limits import ending
from jobs.services.reading import content, received

XMP = "xmp"
# The role of a sidecar that was unpacked together with its photo.
SIDECAR = "sidecar"


def is_sidecar(name: str) -> bool:
    return ending(name) == XMP


def names_of(photo: str) -> list[str]:
    """What the sidecar of scan.tif may be called, in lower case: scan.tif.xmp, or else scan.xmp."""
    name = photo.lower()
    stem, dot, _ = name.rpartition(".")
    return [f"{name}.{XMP}", f"{stem if dot else name}.{XMP}"]


def sidecar_of(item: Item) -> Item | None:
    """The item of the same job that is its sidecar."""
    wanted = names_of(item.name)
    beside = Item.objects.filter(job=item.job_id, name__iendswith=f".{XMP}").order_by("position")
    found = {each.name.lower(): each for each in reversed(beside)}
    return next((found[name] for name in wanted if name in found), None)


def known_of(item: Item) -> Metadata | None:
    """What the sidecar of a photo says, None without one. Raises BadSidecar."""
    own = JobFile.objects.filter(item=item, role=SIDECAR).exists()
    beside = None if own else sidecar_of(item)
    if own:
        return read_sidecar(content(item, SIDECAR))
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
