"""Kinds of photo files that Pillow reads safely as they are. Knows no Django."""

import io
import struct
from typing import ClassVar

from PIL import Image
from PIL.ImageFile import ImageFile

from colorize.engine.avif_pictures import decoded_pixels
from colorize.engine.errors import Damaged
from colorize.engine.heif_items import check_share
from colorize.engine.reader import Reader

# Where a BMP has its sides, the bytes of its headers and palette, and its kinds of compression by
# runs.
BMP_SIZE, BMP_HEAD, RUNS = 18, 1200, (1, 2)
# What a GIF's blocks begin with, and the most pieces before its picture: of notes, and of some
# megabytes of metadata.
PICTURE, NOTE, MOST_PIECES = ord(","), ord("!"), 50_000
# The most pixels of all pictures in an AVIF, for each of the one to be shown. A file may have it
# twice, as a picture and as the first of an animation, and its transparency, too.
MOST_DECODED = 4


class PillowReader(Reader):
    """`format`: as Pillow calls it."""

    format: ClassVar[str]

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self) -> ImageFile:
        return Image.open(io.BytesIO(self.data), formats=[self.format])


class Bmp(PillowReader):
    format = "BMP"

    def check(self) -> None:
        """Raises Damaged for more runs than pixels: each takes time, even an empty one."""
        width, height, compression = struct.unpack_from("<2i4x1I", self.data, BMP_SIZE)
        runs = (len(self.data) - BMP_HEAD) // 2
        if compression in RUNS and runs > (width + 2) * abs(height) + 2:
            raise Damaged


class Gif(PillowReader):
    format = "GIF"

    def __init__(self, data: bytes) -> None:
        """Raises Damaged if far more lies before the picture than belongs there: it would be read
        piece by piece."""
        super().__init__(data)
        at, inside = 13 + colours_of(data[10]), False
        for _ in range(MOST_PIECES):
            first = data[at]
            if inside:
                at, inside = at + 1 + first, first > 0
            elif first == PICTURE:
                return
            else:
                # Like browsers, skip what is neither.
                at, inside = at + (2 if first == NOTE else 1), first == NOTE
        raise Damaged


def colours_of(flags: int) -> int:
    """The bytes of a GIF's palette."""
    return 3 << (flags & 7) + 1 if flags & 128 else 0


class WebP(PillowReader):
    format = "WEBP"
    # 16 bytes for each pixel, measured; a JPEG takes 7.
    weight = 2


class Avif(PillowReader):
    format = "AVIF"
    # 9 bytes for each pixel, and 11 with transparency, measured; a JPEG takes 7.
    weight = 2

    def open(self) -> ImageFile:
        """Raises WrongType if far more than the picture would be decoded."""
        image = self.opened()
        check_share(decoded_pixels(self.data), image, MOST_DECODED, "an AVIF")
        return image

    def opened(self) -> ImageFile:
        """Pillow refuses a picture whose EXIF is broken; then it is read without."""
        try:
            return super().open()
        except Exception:
            return Image.open(io.BytesIO(self.data.replace(b"Exif", b"skip")), formats=["AVIF"])
