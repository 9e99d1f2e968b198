"""Reads HEIC and HEIF with libheif, if it is installed (requirements-heic.txt). Knows no Django."""

import io
from typing import Any

from PIL import Image
from PIL.ImageFile import ImageFile

from colorize.engine.errors import Damaged
from colorize.engine.heif_items import Items, check_share
from colorize.engine.reader import Reader

# The most pixels that may be decoded, for each of the picture's.
MOST_DECODED = 3
# The most bytes of metadata, profiles and pictures, for each of the file's, and besides: libheif
# copies them for each picture that has them.
MOST_USED, SPARE_BYTES = 2, 1 << 23


class Heic(Reader):
    """Turns and mirrors itself as its own properties say; its EXIF does not count for that."""

    # 17 bytes for each pixel, measured; a JPEG takes 7.
    weight = 2

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self) -> ImageFile:
        """Raises WrongType if far more than the picture would be decoded, Damaged if far more would
        be read than there is, or if the picture itself cannot be read."""
        items = Items(self.data)
        if items.bytes() > MOST_USED * len(self.data) + SPARE_BYTES:
            raise Damaged
        # Not everyone has it, and it takes a while to load.
        import pillow_heif

        # They may be other pictures, or huge.
        pillow_heif.options.THUMBNAILS = False
        opener: Any = pillow_heif.HeifImageFile
        image: ImageFile = opener(io.BytesIO(self.data))
        self.size = image.size
        # Otherwise it would be another picture of the file.
        if not image.info["primary"]:
            raise Damaged
        check_share(items.pixels(), image, MOST_DECODED, "a HEIC")
        return image

    def check_decoded(self, image: Image.Image) -> None:
        """Raises Damaged if the picture is of another size than was announced and checked."""
        if image.size != self.size:
            raise Damaged
