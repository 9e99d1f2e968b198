"""Pictures in memory -> small JPEGs without metadata. Knows no Django."""

import io

from PIL import Image

QUALITY = 82


def small_jpeg(picture: Image.Image, side: int) -> bytes:
    """With a longest side of `side` pixels at most."""
    return jpeg(shrunk(picture, side))


def shrunk(picture: Image.Image, side: int) -> Image.Image:
    """With a longest side of `side` pixels at most. By whole factors first, which is much quicker
    than the rest."""
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.BOX, reducing_gap=1)
    return small


def jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, exif=b"", icc_profile=None)
    return buffer.getvalue()
