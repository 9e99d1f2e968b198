"""A checked photo's bytes -> small upright JPEGs without metadata. Knows no Django."""

import io
from collections.abc import Sequence

from PIL import Image, ImageOps

from colorize.kinds import check_type
from colorize.photo import flatten, guarded, to_srgb

QUALITY = 82
# The formats of 16 bits a grey.
DEEP = 256


def thumbnails(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """One JPEG for each longest side in pixels, largest first; never enlarged.

    Raises WrongType or Damaged.
    """
    with guarded(lambda: Image.open(io.BytesIO(data), formats=[check_type(data, "")])) as image:
        return guarded(lambda: shrink(image, sides))


def shrink(image: Image.Image, sides: Sequence[int]) -> list[bytes]:
    # JPEGs are decoded at a half, a quarter or an eighth of their size where that is enough.
    image.draft(None, (2 * sides[0], 2 * sides[0]))
    picture = ImageOps.exif_transpose(plain(image))
    return [save(picture, side) for side in sides]


def plain(image: Image.Image) -> Image.Image:
    """8-bit sRGB or grey, with the EXIF orientation still on it."""
    flat = flatten(image)
    if flat.mode.startswith("I"):
        flat = flat.convert("F").point(lambda value: value / DEEP).convert("L")
    flat = to_srgb(flat, image.info.get("icc_profile"))
    flat = flat if flat.mode in ("L", "RGB") else flat.convert("RGB")
    flat.info["exif"] = image.info.get("exif", b"")
    return flat


def save(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.BOX, reducing_gap=2)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=QUALITY, exif=b"", icc_profile=None)
    return buffer.getvalue()
