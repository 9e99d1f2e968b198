"""Colour hints of a picture when its shape or its network changes."""

from dataclasses import replace

from PIL import Image

from colorize import service as colorizer
from colorize.engine.hint_places import carried
from gallery.errors import OriginalLost
from gallery.models import Picture


def along(
    picture: Picture, before: colorizer.Options, after: colorizer.Options
) -> colorizer.Options:
    """The options `after` with the hints of those before, at the same places of the photo. Raises
    OriginalLost."""
    if not before.hints:
        return replace(after, hints=())
    return replace(after, hints=carried(before, after, size_of(picture)))


def size_of(picture: Picture) -> tuple[int, int]:
    """Of a small copy of the upright original. Raises OriginalLost."""
    try:
        with picture.original_medium.open("rb") as file, Image.open(file) as copy:
            return copy.size
    except FileNotFoundError as problem:
        raise OriginalLost() from problem


def fitting(options: colorizer.Options) -> colorizer.Options:
    """The options without their hints if their network takes none."""
    return options if colorizer.takes_hints(options.network) else replace(options, hints=())
