"""XMP files beside photos: they belong to the photos with their names."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Sum

from colorize.service import Metadata, read_sidecar
from jobs.companions import XMP, companion_of
from jobs.models import Item, ItemState, Job
from jobs.services import jobs
from jobs.services.reading import UPLOAD, content, received

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


def sidecars_in(job: UUID) -> dict[str, Item]:
    """The sidecars of a job with this key, by their names in lower case."""
    rows = Item.objects.filter(job=job, name__iendswith=f".{XMP.ending}").order_by("-position")
    return {row.name.lower(): row for row in rows.only("name", "state")}


def beside(photo: str, sidecars: Mapping[str, Item]) -> Item | None:
    """The sidecar of the photo of that name; sidecars themselves have none."""
    wanted = () if is_sidecar(photo) else names_of(photo)
    return next((sidecars[name] for name in wanted if name in sidecars), None)


def sidecar_of(item: Item) -> Item | None:
    """The item of the same job that is its sidecar."""
    return beside(item.name, sidecars_in(item.job_id))


def known_of(item: Item, unpacked: bytes | None) -> Metadata | None:
    """What the sidecar of a photo says, None without one. `unpacked`: the one that was in the same
    ZIP file. Raises BadSidecar."""
    if unpacked is not None:
        return read_sidecar(unpacked)
    # Of a batch of an earlier release nothing is noted.
    sidecar = sidecar_of(item) if item.job.options.get(ANY, True) else None
    has_arrived = sidecar and received(sidecar) == sidecar.payload.get("size")
    return read_sidecar(content(sidecar)) if sidecar and has_arrived else None


def is_on_its_way(sidecar: Item | None) -> bool:
    return sidecar is not None and sidecar.state == ItemState.UPLOADING


def is_awaited(item: Item) -> bool:
    """Whether the sidecar of a photo is still on its way."""
    return is_on_its_way(sidecar_of(item))


def let_go(job: Job) -> None:
    """Have those photos wait for their turn that are here, and whose sidecar is, or never comes."""
    sidecars = sidecars_in(job.pk)
    for item in arrived(job):
        if not is_on_its_way(beside(item.name, sidecars)):
            jobs.arrive(item)


def arrived(job: Job) -> list[Item]:
    """Those uploads of a job that are complete, and not let go yet."""
    rows = job.items.filter(state=ItemState.UPLOADING, files__role=UPLOAD)
    summed = rows.annotate(received=Sum("files__bytes"))
    return [row for row in summed if row.received == row.payload.get("size")]  # type: ignore[attr-defined]
