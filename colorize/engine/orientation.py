"""Which way up a photo is, as browsers decide it. Knows no Django."""

import struct
from collections.abc import Callable

from PIL import ExifTags, Image
from PIL.TiffTags import SHORT

from colorize.engine.planes import Plane

UPRIGHT = 1
EXIF = b"Exif\0\0"
# The first bytes of EXIF, and the order of the bytes in its numbers.
ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
# An entry of its directory: tag, type, how many values, and the first where it is a SHORT.
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
# The upright plane seen as the rows lie in the file, so that rows can be written where they belong.
AS_STORED: dict[int, Callable[[Plane], Plane]] = {
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
    """1..8 as EXIF counts, where 1 is upright, from a photo's EXIF.

    Only a single SHORT counts. Browsers read neither XMP nor a PNG's text for this, nor the other
    types that programs have written there. Raises KeyError or struct.error where the EXIF is
    broken.
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
    """Whether width and height change places."""
    return number >= 5


def turned(image: Image.Image, number: int) -> Image.Image:
    """The picture upright."""
    return image.transpose(TURNS[number]) if number in TURNS else image
