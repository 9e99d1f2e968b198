"""Which way up a photo is, as browsers decide it. Knows no Django."""

import io
from collections.abc import Callable

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from PIL.TiffTags import SHORT

from colorize.planes import Plane

UPRIGHT = 1
EXIF = b"Exif\0\0"
TIFF_HEADER = 8
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

    Only a SHORT counts. Browsers read neither XMP nor a PNG's text for this, nor the other types
    that programs have written there. Raises what Pillow raises where the EXIF is broken.
    """
    if not exif:
        return UPRIGHT
    tiff = io.BytesIO(exif.removeprefix(EXIF))
    directory = ImageFileDirectory_v2(tiff.read(TIFF_HEADER))
    tiff.seek(directory.next)
    directory.load(tiff)
    tag = ExifTags.Base.Orientation
    value = directory.get(tag, UPRIGHT) if directory.tagtype.get(tag) == SHORT else UPRIGHT
    return value if value in AS_STORED else UPRIGHT


def is_turned(number: int) -> bool:
    """Whether width and height change places."""
    return number >= 5


def turned(image: Image.Image, number: int) -> Image.Image:
    """The picture upright."""
    return image.transpose(TURNS[number]) if number in TURNS else image
