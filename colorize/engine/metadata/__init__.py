"""What a photo says about itself, and what its result says. Knows no Django.

Each standard has a module that reads and writes it. If they disagree, the first of these counts,
field by field: a sidecar file, XMP, IPTC, EXIF, the texts of a PNG. What describes a photo is
written into XMP by people and archives, without limits of length and alphabet; EXIF is written by
cameras and scanners.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PIL import IptcImagePlugin
from PIL.ImageFile import ImageFile

from colorize.engine.metadata import exif, iptc, xmp
from colorize.engine.metadata.fields import Metadata

__all__ = ["Metadata", "read_metadata", "tolerant"]

logger = logging.getLogger(__name__)
Value = TypeVar("Value")

# The texts of a PNG, by the names that its standard gives them.
PNG_TEXTS = {
    "title": "Title",
    "caption": "Description",
    "artist": "Author",
    "copyright": "Copyright",
}


def read_metadata(image: ImageFile) -> Metadata:
    """Of a picture that Pillow has opened, of any format. What is broken is left out."""
    sources = (of_xmp, of_iptc, of_exif, of_png_texts)
    found = (tolerant(partial(source, image), Metadata()) for source in sources)
    return Metadata().before(*found)


def tolerant(step: Callable[[], Value], otherwise: Value) -> Value:
    """`otherwise`, if the step fails: Pillow and the XML parser raise many kinds of exception for
    broken metadata, which must not spoil a good photo."""
    try:
        return step()
    except Exception as problem:
        logger.info("metadata left aside: %s: %s", type(problem).__name__, problem)
        return otherwise


def of_xmp(image: ImageFile) -> Metadata:
    packet = image.info.get("xmp")
    return xmp.read(packet) if isinstance(packet, bytes) else Metadata()


def of_iptc(image: ImageFile) -> Metadata:
    return iptc.read(IptcImagePlugin.getiptcinfo(image) or {})


def of_exif(image: ImageFile) -> Metadata:
    return exif.read(image.getexif())


def of_png_texts(image: ImageFile) -> Metadata:
    if image.format != "PNG":
        return Metadata()
    return Metadata.of(**{field: exif.raw(image.info.get(key)) for field, key in PNG_TEXTS.items()})
