"""Reads HEIC and HEIF with libheif, if it is installed (requirements-heic.txt). Knows no Django."""

import io
from typing import Any

from PIL import Image
from PIL.ImageFile import ImageFile

from colorize.engine.errors import Damaged
from colorize.engine.reader import Reader


class Heic(Reader):
    """Turns and mirrors itself as its own properties say; its EXIF does not count for that."""

    # 17 bytes for each pixel, measured; a JPEG takes 7.
    weight = 2

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self) -> ImageFile:
        # Not everyone has it, and it takes a while to load.
        import pillow_heif

        opener: Any = pillow_heif.HeifImageFile
        image: ImageFile = opener(io.BytesIO(self.data))
        self.size = image.size
        return image

    def check_decoded(self, image: Image.Image) -> None:
        """Raises Damaged if the picture is of another size than was announced and checked."""
        if image.size != self.size:
            raise Damaged
