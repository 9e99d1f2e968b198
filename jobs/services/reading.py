"""Uploads read back: pieces in the storage, as one file."""

import io
from collections import defaultdict

from gallery.services import files
from jobs.models import Item, JobFile

# The roles of pieces: of an upload, and of a sidecar that was unpacked together with its photo.
UPLOAD, SIDECAR = "upload", "sidecar"


def received(item: Item, role: str = UPLOAD) -> int:
    """How many bytes of an upload have arrived. Pieces have no gaps."""
    last = JobFile.objects.filter(item=item, role=role).order_by("-offset").first()
    return last.offset + last.bytes if last else 0


def opened(item: Item, role: str = UPLOAD) -> io.BufferedReader:
    """What has arrived, as one file to read and seek in."""
    pieces = JobFile.objects.filter(item=item, role=role)
    return files.joined([(row.file.name or "", row.bytes) for row in pieces])


def contents(item: Item) -> dict[str, bytes]:
    """All that has arrived, whole, by its role. Raises what the storage raises if a piece is
    lost."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for row in JobFile.objects.filter(item=item, role__in=[UPLOAD, SIDECAR]):
        found[row.role].append(files.content(row.file))
    return {role: b"".join(pieces) for role, pieces in found.items()}


def content(item: Item) -> bytes:
    """The whole of an upload. Raises like `contents`."""
    return contents(item).get(UPLOAD, b"")
