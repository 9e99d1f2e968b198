"""Unpack a ZIP file of a batch: each photo in it becomes an item, as soon as it is unpacked."""

import zipfile
from typing import Any

from django.db import transaction

from colorize import service as colorizer
from colorize.engine.errors import UserError
from colorize.engine.formats import HEAD, check_type
from colorize.engine.metadata import xmp
from gallery.services.files import Batch, file_transaction
from jobs import ledger
from jobs.companions import ZIP, companion_of
from jobs.errors import BadZip, NothingInZip
from jobs.models import Item, Job, JobFile
from jobs.services import jobs, limits
from jobs.services.archives import BROKEN, Member, head_of, members_of, opened_zip, pieces_of
from jobs.services.jobs import NewItem
from jobs.services.limits import PIECE_BYTES, limits_for
from jobs.services.reading import SIDECAR, UPLOAD, opened
from jobs.services.sidecars import is_sidecar, names_of
from jobs.services.uploads import FOLDER, drop
from jobs.work import Work

MAGIC = (b"PK\3\4", b"PK\5\6")
# What was left out is told, up to so many; more are counted.
SKIPPED = 100
DAMAGED = "It is damaged."
ALONE = "It is a sidecar file, but no photo beside it has its name."

# Pieces of files that are stored already: role, offset, name, size in bytes.
Pieces = list[tuple[str, int, str, int]]


def is_zip(item: Item) -> bool:
    """Raises BadZip for what is only called so, and too large to be a photo."""
    if companion_of(item.name) is not ZIP:
        return False
    with opened(item) as file:
        is_one = file.read(4) in MAGIC
    if not is_one and item.payload["size"] > limits_for(None).photo_bytes:
        raise BadZip(reason="it is not a ZIP file")
    return is_one


def unpack(work: Work) -> None:
    """Raises BadZip, NothingInZip, BatchFull, or like the storage. What was unpacked before a
    worker was lost is not unpacked again: the item notes how far it came."""
    with opened(work.item) as file, opened_zip(file) as archive:
        unpacking = Unpacking(work, archive)
        unpacking.check()
        for number in range(work.item.payload.get("next", 0), len(unpacking.members)):
            work.check()
            unpacking.store_member(number)
            work.progress = (number + 1) / len(unpacking.members)
        unpacking.note(len(unpacking.members))
    with work.finish():
        if not work.item.payload.get("photos"):
            raise NothingInZip
        drop([work.item])


class Unpacking:
    """`beside`: the sidecars of photos, by the photos' paths; `skipped`: what was left out since
    the item noted how far it came."""

    def __init__(self, work: Work, archive: zipfile.ZipFile) -> None:
        """Raises BadZip."""
        self.work, self.archive = work, archive
        self.job = work.item.job
        self.bounds = limits_for(self.job.owner)
        self.members = members_of(archive)
        self.beside = sidecars_of(self.members)
        self.used = {sidecar.path for sidecar in self.beside.values()}
        self.skipped: list[dict[str, str]] = []

    def check(self) -> None:
        """Before anything is unpacked. Raises BatchFull if not all of it fits into the batch."""
        item = self.work.item
        others = self.job.items.exclude(pk=item.pk).exclude(payload__zip=item.pk)
        sizes = limits.sizes_of(others)
        wanted = [each.size for each in self.members if not each.odd and not is_sidecar(each.path)]
        self.bounds.check(len(sizes) + len(wanted), sum(sizes) + sum(wanted))

    def store_member(self, number: int) -> None:
        """Store one member with its sidecar as an item, or remember why there is none."""
        member = self.members[number]
        if member.path in self.used:
            return
        if why := self.what_is_wrong(member):
            self.skip(member, why, number)
        else:
            self.store_photo(member, number)

    def store_photo(self, member: Member, number: int) -> None:
        with file_transaction(FOLDER) as batch:
            try:
                stored = self.store(batch, member, UPLOAD)
            except BROKEN:
                batch.undo()
                self.skip(member, DAMAGED, number)
            else:
                stored += self.store_sidecar(batch, self.beside.get(member.path))
                self.note(number + 1, member, stored)

    def skip(self, member: Member, why: str, number: int) -> None:
        """Many are noted at once: a small ZIP file can have tens of thousands."""
        self.skipped.append({"name": member.name, "message": why})
        if len(self.skipped) >= SKIPPED:
            self.note(number + 1)

    def note(self, following: int, member: Member | None = None, stored: Pieces = []) -> None:  # noqa: B006
        """Add the item of a member, and note how far it came, and what was left out on the way.
        Raises Stopped if another attempt has the ZIP file by now."""
        with transaction.atomic():
            row = ledger.held(self.work.item)
            payload: dict[str, Any] = row.payload | {"next": following}
            if member:
                add(row.job, member, stored, row.pk)
                payload["photos"] = payload.get("photos", 0) + 1
            if self.skipped:
                payload["skipped"] = [*payload.get("skipped", []), *self.skipped][:SKIPPED]
                payload["left_out"] = payload.get("left_out", 0) + len(self.skipped)
            row.payload = self.work.item.payload = payload
            row.save(update_fields=["payload"])
        self.skipped = []

    def what_is_wrong(self, member: Member) -> str:
        """Why a member is not a photo that can be coloured; empty if it seems to be one."""
        if member.odd or is_sidecar(member.path):
            return member.odd or ALONE
        if member.size > self.bounds.photo_bytes:
            return colorizer.too_large().message
        try:
            check_type(head_of(self.archive, member, HEAD), member.name)
        except UserError as problem:
            return problem.message
        except BROKEN:
            return DAMAGED
        return ""

    def store(self, batch: Batch, member: Member, role: str) -> Pieces:
        """Raises one of BROKEN, or like the storage."""
        stored: Pieces = []
        place = 0
        for piece in pieces_of(self.archive, member, PIECE_BYTES):
            stored.append((role, place, batch.write(piece, ""), len(piece)))
            place += len(piece)
        return stored

    def store_sidecar(self, batch: Batch, sidecar: Member | None) -> Pieces:
        """Nothing without one, or if it cannot be read."""
        if sidecar is None or sidecar.size > xmp.MAX_SIZE:
            return []
        try:
            return self.store(batch, sidecar, SIDECAR)
        except BROKEN:
            return []


def sidecars_of(members: list[Member]) -> dict[str, Member]:
    """The sidecar that lies beside each photo in its folder, by the photo's path."""
    found = {each.path: each for each in members if not each.odd and is_sidecar(each.path)}
    beside = {}
    for path in (each.path for each in members if not is_sidecar(each.path)):
        if named := [name for name in names_of(path) if name in found]:
            beside[path] = found[named[0]]
    return beside


def add(job: Job, member: Member, stored: Pieces, zip_file: int) -> None:
    new = NewItem(member.name, {"size": member.size, "zip": zip_file})
    (item,) = jobs.append(job, [new])
    rows = [
        JobFile(item=item, role=role, offset=offset, bytes=size, file=name)
        for role, offset, name, size in stored
    ]
    JobFile.objects.bulk_create(rows)
