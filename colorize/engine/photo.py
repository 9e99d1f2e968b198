"""A photo's bytes -> checked, upright lightness, and metadata.

Knows no Django. All problems with a photo are raised as UserError.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from colorize.engine import formats
from colorize.engine.errors import (
    BadOption,
    Damaged,
    TooLong,
    TooManyPixels,
    TooSmall,
    UserError,
    millions,
)
from colorize.engine.formats import Kind, check_type
from colorize.engine.heic import Heic
from colorize.engine.jpeg import Jpeg
from colorize.engine.jpeg2000 import Jpeg2000
from colorize.engine.lightness import unpack
from colorize.engine.limits import MAX_SIDE, Limits
from colorize.engine.metadata import Metadata, read_metadata
from colorize.engine.opened import lightness, small_picture
from colorize.engine.pillow_readers import Avif, Bmp, Gif, WebP
from colorize.engine.planes import Plane
from colorize.engine.png import Png
from colorize.engine.quiet import hush
from colorize.engine.reader import Reader
from colorize.engine.tiff import Tiff

logger = logging.getLogger(__name__)
Value = TypeVar("Value")

# For each kind in `formats.PHOTOS`.
READERS: dict[Kind, type[Reader]] = {
    formats.JPEG: Jpeg,
    formats.PNG: Png,
    formats.TIFF: Tiff,
    formats.AVIF: Avif,
    formats.WEBP: WebP,
    formats.JPEG_2000: Jpeg2000,
    formats.BMP: Bmp,
    formats.GIF: Gif,
}
if formats.HEIC in formats.PHOTOS:
    READERS[formats.HEIC] = Heic
# We check the size in the header against our own limit before decoding.
Image.MAX_IMAGE_PIXELS = None
hush()


@dataclass(frozen=True)
class Photo:
    """`L`: (h, w) float32, CIE lightness 0..100, upright; `small`: the picture itself for
    thumbnails, if requested; `page`: of `pages` of its file."""

    L: Plane
    metadata: Metadata
    small: Image.Image | None = None
    pages: int = 1
    page: int = 1

    @property
    def height(self) -> int:
        return int(self.L.shape[0])

    @property
    def width(self) -> int:
        return int(self.L.shape[1])


def read_photo(
    data: bytes,
    name: str = "",
    limits: Limits | None = None,
    small_side: int = 0,
    page: int = 1,
) -> Photo:
    """Check and decode a photo.

    `name`: of the file, if known; names of programs and pages are refused. `small_side`: the
    longest side of thumbnails, in pixels, for which `Photo.small` must be large enough. `page`: of
    a TIFF, from 1.
    Raises WrongType, BadOption, TooManyPixels, TooSmall or TooLong, from the header alone, or
    Damaged.
    """
    file = read_file(data, name, page)
    with guarded(file.open) as image:
        check_size(image, limits or Limits())
        guarded(file.check)
        guarded(image.load)
        guarded(lambda: file.check_decoded(image))
        photo = guarded(lambda: decode(image, small_side))
    return replace(photo, pages=file.pages, page=page)


def read_file(data: bytes, name: str = "", page: int = 1) -> Reader:
    """The parts of the file, not decoded. Raises WrongType, BadOption or Damaged."""
    reader = READERS[check_type(data, name)]
    file = guarded(lambda: reader(data))
    if not 1 <= page <= file.pages:
        there = "one page" if file.pages == 1 else f"{file.pages} pages"
        raise BadOption(name="page", reason=f"this file has {there}.")
    guarded(lambda: file.choose(page))
    return file


def decode(image: ImageFile, small_side: int = 0) -> Photo:
    """Decode and close the picture. It and L are the largest objects, so L fills its memory only
    after the picture is freed."""
    metadata = read_metadata(image)
    small = small_picture(image, small_side) if small_side else None
    L, half = lightness(image)
    image.close()
    unpack(L, half)
    return Photo(L=L, metadata=metadata, small=small)


def check_size(image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise TooManyPixels(width=width, height=height, limit=millions(limits.max_pixels))
    if min(width, height) < limits.min_side:
        raise TooSmall(width=width, height=height, limit=limits.min_side)
    if max(width, height) > MAX_SIDE:
        raise TooLong(width=width, height=height, limit=MAX_SIDE)


def guarded(step: Callable[[], Value]) -> Value:
    """Run a step of the decoder; any exception but a UserError means a damaged photo.

    The decoders raise a dozen kinds of exception on broken files (OSError, SyntaxError,
    struct.error, zlib.error, ...), none of them part of their contract.
    """
    try:
        return step()
    except UserError:
        raise
    except Exception as problem:
        logger.info("damaged photo: %s: %s", type(problem).__name__, problem)
        raise Damaged from problem
