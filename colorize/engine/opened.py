"""An opened picture's pixels -> upright lightness, or an upright picture in sRGB.

What its numbers mean is decided here: transparency, depth, colour profile, orientation. Knows no
Django.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from colorize.engine.lightness import (
    DeepRgb,
    Packed,
    grey_levels,
    lightness_of_deep,
    lightness_of_grey,
    lightness_of_rgb,
    packed,
    room,
)
from colorize.engine.metadata import tolerant
from colorize.engine.orientation import (
    AS_STORED,
    UPRIGHT,
    WITHOUT_EXIF,
    is_turned,
    orientation,
    turned,
)
from colorize.engine.planes import BAND_PIXELS, Pixels, Plane, bands
from colorize.engine.profiles import as_is, described, embedded, greys, to_srgb

# 16-bit grey: the value of white, and its ratio to 8 bits.
DEEPEST, DEEP = 65535, 256

Band: TypeAlias = "Image.Image | DeepRgb"


def flatten(image: Band, icc: bytes | None) -> Band:
    """The picture in mode L, I;16, RGB, CMYK or DeepRgb's. Transparency becomes white, after
    converting colours to sRGB."""
    if isinstance(image, DeepRgb):
        return image
    if image.mode.startswith("I"):
        return on_white(image)
    if image.has_transparency_data:
        grey = image.mode in ("1", "L", "LA") and not icc
        pixels = image.convert("LA" if grey else "RGBA")
        ground = Image.new("L" if grey else "RGB", image.size, "white")
        colours = to_srgb(ground.mode, icc)(pixels.convert(ground.mode))
        ground.paste(colours, mask=pixels.getchannel("A"))
        return ground
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert(plain_mode(image))


def on_white(image: Image.Image) -> Image.Image:
    """16-bit grey, with white in place of the value that means transparent."""
    if (transparent := image.info.get("transparency")) is None:
        return image
    grey = np.array(image)
    grey[grey == transparent] = DEEPEST
    return Image.fromarray(grey)


def plain_mode(image: Image.Image) -> str:
    return "L" if image.mode in ("1", "LA") else "RGB"


def stands(image: Image.Image) -> int:
    """The orientation (see orientation.py); upright if the EXIF is broken or missing, or does not
    count."""
    exif = None if image.format in WITHOUT_EXIF else image.info.get("exif")
    return tolerant(lambda: orientation(exif), UPRIGHT) if exif else UPRIGHT


def profile(image: Image.Image) -> bytes | None:
    """The ICC profile; None if it is sRGB, missing or unusable.

    If a PNG's embedded profile is broken, its other colour chunks count.
    """
    return usable(embedded, image) or usable(described, image)


def usable(find: Callable[[Mapping[Any, Any]], bytes | None], image: Image.Image) -> bytes | None:
    def tried() -> bytes | None:
        icc = find(image.info)
        to_srgb(mode_of(image), icc)
        return icc

    return tolerant(tried, None)


def mode_of(image: Image.Image) -> str:
    """The mode after `flatten`, as profiles name it."""
    if image.mode == "CMYK":
        return "CMYK"
    return "L" if image.mode in ("1", "L", "LA") or image.mode.startswith("I") else "RGB"


def lightness(image: Image.Image) -> tuple[Plane, Packed]:
    """Upright L of a decoded picture, via sRGB, packed in the plane that `unpack` will fill.

    Computed in bands of rows, so that only the picture and L are large.
    """
    number, icc = stands(image), profile(image)
    shape = (image.height, image.width)
    L, half = room(*(shape[::-1] if is_turned(number) else shape))
    stored, lightness_of = AS_STORED[number](half), band_lightness(image, icc)
    for rows in bands(*shape):
        band = image.crop((0, rows.start, image.width, rows.stop))
        stored[rows] = packed(lightness_of(flatten(band, icc)))
    return L, half


def band_lightness(image: Image.Image, icc: bytes | None) -> Callable[[Band], Plane]:
    """A function that computes L of a flattened band of this picture.

    Grey uses a table: the profile is applied to the 256 greys, and 16-bit values are interpolated.
    """
    deep = image.mode.startswith("I")
    if image.has_transparency_data and not deep:
        icc = None
    levels = grey_levels(greys(icc), deep)
    convert = to_srgb(mode_of(image), icc)

    def shallow_srgb(rgb: Pixels) -> Pixels:
        return np.asarray(convert(Image.fromarray(rgb)))

    def lightness_of(band: Band) -> Plane:
        if isinstance(band, DeepRgb):
            return lightness_of_deep(band.pixels, None if convert is as_is else shallow_srgb)
        if band.mode == "L" or deep:
            return lightness_of_grey(np.asarray(band), levels)
        return lightness_of_rgb(np.asarray(in_rgb(convert(band))))

    return lightness_of


def in_rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def srgb_picture(image: Image.Image, shrink: int = 1) -> Image.Image:
    """An opened picture, upright in 8-bit sRGB (mode L or RGB), reduced by this factor. Only the
    decoded picture and the result take much memory."""
    icc = profile(image)
    rows = range(0, image.height, shrink * max(1, BAND_PIXELS // (image.width * shrink)))
    parts = [srgb_band(image, rows[n : n + 2], icc).reduce(shrink) for n in range(len(rows))]
    whole = Image.new(parts[0].mode, (parts[0].width, sum(part.height for part in parts)))
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return turned(whole, stands(image))


def small_picture(image: Image.Image, side: int) -> Image.Image:
    """Upright in sRGB, with a longest side of two to four times `side` (or its own): enough for
    thumbnails as good as from the full picture."""
    return srgb_picture(image, max(1, max(image.size) // (2 * side)))


def srgb_band(image: Image.Image, rows: range, icc: bytes | None) -> Image.Image:
    """A band of rows in sRGB."""
    bottom = rows[1] if len(rows) > 1 else image.height
    flat = shallow(flatten(image.crop((0, rows[0], image.width, bottom)), icc))
    if not image.has_transparency_data or image.mode.startswith("I"):
        flat = to_srgb(flat.mode, icc)(flat)
    return flat if flat.mode == "L" else in_rgb(flat)


def shallow(image: Band) -> Image.Image:
    """16-bit greys and colours as 8-bit ones."""
    if isinstance(image, DeepRgb):
        return Image.fromarray(image.shallow())
    if not image.mode.startswith("I"):
        return image
    return image.convert("F").point(lambda value: value / DEEP).convert("L")
