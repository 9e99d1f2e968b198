"""A photo's bytes -> a checked, upright picture's lightness, and what its metadata says.

Knows no Django. Everything wrong with a photo comes out as a ColorizeError.
"""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageCms
from PIL.ImageFile import ImageFile

from colorize.errors import Damaged, TooManyPixels, TooSmall
from colorize.kinds import check_type
from colorize.lightness import lightness_of_grey, lightness_of_rgb
from colorize.origin import Origin, read_origin
from colorize.planes import Plane

logger = logging.getLogger(__name__)
Value = TypeVar("Value")

SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png"}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Each scan of a progressive JPEG is a pass over the whole picture. Real ones have about ten; a file
# of many thousand empty ones would keep a processor busy for hours.
START_OF_SCAN = b"\xff\xda"
MAX_SCANS = 100
# The shortest code is one bit for a block of 8x8 pixels.
MAX_PIXELS_PER_BYTE = 8 * 64
SRGB = ImageCms.createProfile("sRGB")
# The size is checked against our own limit, from the header, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Limits:
    """`max_pixels` in all, `min_side` in pixels."""

    max_pixels: int = 40_000_000
    min_side: int = 16


@dataclass(frozen=True)
class Photo:
    """`L`: (h, w) float32, CIE lightness 0..100, upright."""

    L: Plane
    origin: Origin

    @property
    def height(self) -> int:
        return int(self.L.shape[0])

    @property
    def width(self) -> int:
        return int(self.L.shape[1])


def read_photo(data: bytes, name: str = "", limits: Limits | None = None) -> Photo:
    """Check and decode a JPEG or PNG.

    `name` is the file's name where known; one of a program or a page is refused.
    Raises WrongType, TooManyPixels, TooSmall (from the header alone) or Damaged.
    """
    format_ = check_type(data, name)
    with guarded(lambda: Image.open(io.BytesIO(data), formats=[format_])) as image:
        check_size(image, limits or Limits())
        check_honest(image, data)
        guarded(image.load)
        check_whole(image, data)
        return guarded(lambda: decode(image))


def decode(image: ImageFile) -> Photo:
    origin = tolerant(lambda: read_origin(image), Origin())
    turn = tolerant(lambda: UPRIGHT.get(orientation(image)), None)
    flat = flatten(image)
    upright = flat.transpose(turn) if turn is not None else flat
    return Photo(L=lightness(upright, image.info.get("icc_profile")), origin=origin)


def orientation(image: ImageFile) -> int:
    """EXIF's 1..8, where 1 is upright."""
    return int(image.getexif().get(ExifTags.Base.Orientation, 1))


def check_size(image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise TooManyPixels(width=width, height=height, limit=f"{limits.max_pixels / 1e6:g}")
    if min(width, height) < limits.min_side:
        raise TooSmall(width=width, height=height, limit=limits.min_side)


def check_honest(image: ImageFile, data: bytes) -> None:
    """Refuse, before it is decoded, a JPEG that costs far more than its bytes could be worth."""
    width, height = image.size
    lying = width * height > MAX_PIXELS_PER_BYTE * len(data)
    if image.format != "PNG" and (lying or data.count(START_OF_SCAN) > MAX_SCANS):
        raise Damaged


def check_whole(image: ImageFile, data: bytes) -> None:
    """Refuse a PNG whose pixels end too early.

    Pillow leaves the missing rows black without a word; libpng, through OpenCV, fails on them. As
    that means decoding once more, only pictures with a black last row are tried.
    """
    if image.format == "PNG" and not np.asarray(image.crop(last_row(image))).any():
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        if pixels is None:
            raise Damaged


def last_row(image: ImageFile) -> tuple[int, int, int, int]:
    width, height = image.size
    return 0, height - 1, width, height


def guarded(step: Callable[[], Value]) -> Value:
    """Run a step of the decoder; whatever it trips over means a damaged photo.

    The decoders raise a dozen kinds of exception on broken files (OSError, SyntaxError,
    struct.error, zlib.error, ...), none of them part of their contract.
    """
    try:
        return step()
    except Exception as problem:
        logger.info("damaged photo: %s: %s", type(problem).__name__, problem)
        raise Damaged from problem


def tolerant(step: Callable[[], Value], otherwise: Value) -> Value:
    """Run a step that reads metadata; broken metadata must not cost a good photo."""
    try:
        return step()
    except Exception as problem:
        logger.info("metadata left aside: %s: %s", type(problem).__name__, problem)
        return otherwise


def flatten(image: Image.Image) -> Image.Image:
    """The picture in mode L, I;16, RGB or CMYK; transparency on a white ground."""
    if image.mode.startswith("I"):
        return image
    if image.has_transparency_data:
        grey = image.mode in ("1", "L", "LA")
        pixels = image.convert("LA" if grey else "RGBA")
        ground = Image.new("L" if grey else "RGB", image.size, "white")
        ground.paste(pixels.convert(ground.mode), mask=pixels.getchannel("A"))
        return ground
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert(plain_mode(image))


def plain_mode(image: Image.Image) -> str:
    return "L" if image.mode in ("1", "LA") else "RGB"


def lightness(image: Image.Image, icc_profile: bytes | None) -> Plane:
    """L of a flattened picture, its colours taken to sRGB by its profile where it has a good one.

    Grey of 8 or 16 bits goes through a table: the profile is applied to the 256 greys, and 16-bit
    values are read between them.
    """
    if image.mode in ("RGB", "CMYK"):
        rgb = to_srgb(image, icc_profile)
        return lightness_of_rgb(rgb if rgb.mode == "RGB" else rgb.convert("RGB"))
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    greys = np.asarray(to_srgb(ramp, icc_profile).convert("L")).ravel()
    return lightness_of_grey(np.asarray(image), greys)


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Convert by the embedded profile; a missing, broken or unfitting one leaves sRGB as it is."""
    if not icc_profile:
        return image
    return tolerant(lambda: convert_profile(image, icc_profile), image)


def convert_profile(image: Image.Image, icc_profile: bytes) -> Image.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    if "sRGB" in ImageCms.getProfileDescription(profile):
        return image
    converted = ImageCms.profileToProfile(
        image, profile, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
    )
    return converted if converted is not None else image
