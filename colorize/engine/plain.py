"""Kinds of photo files that Pillow reads safely as they are. Knows no Django."""

import io
from typing import ClassVar

from PIL import Image
from PIL.ImageFile import ImageFile

from colorize.engine.reader import Reader


class Plain(Reader):
    """`format`: as Pillow calls it."""

    format: ClassVar[str]

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self) -> ImageFile:
        return Image.open(io.BytesIO(self.data), formats=[self.format])


class Bmp(Plain):
    format = "BMP"


class Gif(Plain):
    format = "GIF"


class WebP(Plain):
    format = "WEBP"
    # 16 bytes for each pixel, measured; a JPEG takes 7.
    weight = 2


class Avif(Plain):
    format = "AVIF"

    def open(self) -> ImageFile:
        """Pillow refuses a picture whose EXIF is broken; then it is read without."""
        try:
            return super().open()
        except Exception:
            return Image.open(io.BytesIO(self.data.replace(b"Exif", b"skip")), formats=["AVIF"])
