"""Where a film to be coloured comes from: it was sent, or it is in the gallery and is coloured
again."""

from typing import IO

from gallery.errors import OriginalLost
from gallery.models import Picture
from gallery.services import files
from jobs.errors import FilmGone
from jobs.models import Item
from jobs.services.reading import opened


def source_of(first: Item) -> IO[bytes]:
    """The original, to read and seek in. `first`: the item of the film itself. Raises FilmGone or
    OriginalLost."""
    picture = picture_of(first)
    if picture is None:
        return opened(first)
    try:
        return files.opened(picture.original.name or "")
    except FileNotFoundError as problem:
        raise OriginalLost from problem


def picture_of(first: Item) -> Picture | None:
    """The film of the gallery that is coloured again; None for one that was sent.

    Raises FilmGone.
    """
    pk = first.payload.get("picture")
    if pk is None:
        return None
    rows = Picture.objects.filter(owner=first.job.owner).present().select_related("owner")
    picture = rows.filter(pk=pk).first()
    if picture is None:
        raise FilmGone
    return picture
