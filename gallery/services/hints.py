"""Colour hints of a picture when its shape or its network changes."""

from dataclasses import replace

from PIL import Image

from colorize import service as colorizer
from colorize.engine.hint_places import carried
from gallery.errors import OriginalLost
from gallery.models import Picture, Version


def along(picture: Picture, version: Version, options: colorizer.Options) -> colorizer.Options:
    """The options with the hints of the version, at the same places of the photo. Raises
    OriginalLost."""
    made_with = version.made_with
    if not made_with.hints:
        return replace(options, hints=())
    return replace(options, hints=carried(made_with, options, size_of(picture)))


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
