"""The bytes of a checked photo -> small upright JPEGs without metadata. Knows no Django."""

from collections.abc import Sequence

from PIL import Image, ImageOps

from colorize.engine.opened import small_picture, srgb_picture
from colorize.engine.photo import guarded, read_file
from colorize.engine.small_jpegs import jpeg, shrunk


def thumbnails(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """One JPEG for each longest side in pixels (largest first), never enlarged.

    Raises WrongType or Damaged.
    """
    with guarded(read_file(data).open) as image:
        return guarded(lambda: shrink(image, sides))


def shrink(image: Image.Image, sides: Sequence[int]) -> list[bytes]:
    # JPEGs are decoded at a half, a quarter or an eighth of their size if that is enough.
    image.draft(None, (2 * sides[0], 2 * sides[0]))
    image.load()
    return thumbnails_of(small_picture(image, sides[0]), sides)


def thumbnails_of(picture: Image.Image, sides: Sequence[int]) -> list[bytes]:
    """Thumbnails of an upright picture in 8-bit sRGB, each made from the one before."""
    jpegs = []
    for side in sides:
        picture = shrunk(picture, side)
        jpegs.append(jpeg(picture))
    return jpegs


def square(data: bytes, side: int) -> Image.Image:
    """The middle of a photo as an upright square of `side` pixels in 8-bit sRGB, mode RGB. A photo
    that is smaller is enlarged.

    Raises WrongType or Damaged.
    """
    with guarded(read_file(data).open) as image:
        return guarded(lambda: cut_square(image, side))


def cut_square(image: Image.Image, side: int) -> Image.Image:
    image.draft(None, (2 * side, 2 * side))
    image.load()
    whole = srgb_picture(image, max(1, min(image.size) // (2 * side))).convert("RGB")
    return ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS)
