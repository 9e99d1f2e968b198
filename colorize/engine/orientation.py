"""The orientation of a photo, as browsers decide it. Knows no Django."""

import struct
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.TiffTags import SHORT

UPRIGHT = 1
# The kinds, as Pillow calls them, of which EXIF's orientation does not count: browsers ignore it in
# a WebP, and a HEIC is already turned as its own properties say. (In an AVIF, Pillow replaces it by
# those.)
WITHOUT_EXIF = {"WEBP", "HEIF"}
EXIF = b"Exif\0\0"
# The first bytes of EXIF, and the byte order of its numbers.
ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
# A directory entry: tag, type, number of values, and the first one if it is a SHORT.
ENTRY, ENTRY_SIZE = "HHIH", 12
ONE_SHORT = (ExifTags.Base.Orientation, SHORT, 1)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Views of the upright plane in the order of the file's rows, to write each row where it belongs.
AS_STORED: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda L: L,
    2: lambda L: L[:, ::-1],
    3: lambda L: L[::-1, ::-1],
    4: lambda L: L[::-1],
    5: lambda L: L.T,
    6: lambda L: L.T[::-1],
    7: lambda L: L[::-1, ::-1].T,
    8: lambda L: L[::-1].T,
}


def orientation(exif: bytes) -> int:
    """EXIF's orientation, 1..8, where 1 is upright.

    Only a single SHORT counts, as in browsers, which ignore XMP, a PNG's text and other types.
    Raises KeyError or struct.error if the EXIF is broken.
    """
    tiff = exif.removeprefix(EXIF)
    order = ORDERS[tiff[:4]]
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for n in range(count):
        *entry, value = struct.unpack_from(order + ENTRY, tiff, start + 2 + n * ENTRY_SIZE)
        if tuple(entry) == ONE_SHORT:
            return int(value) if value in AS_STORED else UPRIGHT
    return UPRIGHT


def is_turned(number: int) -> bool:
    """Whether width and height are swapped."""
    return number >= 5


def turned(image: Image.Image, number: int) -> Image.Image:
    """The picture upright."""
    return image.transpose(TURNS[number]) if number in TURNS else image
