"""Filters out photos that cannot teach colours, with one test for each kind. Needs no torch."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorize.engine.errors import Damaged
from colorize.engine.limits import Limits
from colorize.engine.opened import srgb_picture
from colorize.engine.photo import guarded
from colorize.engine.planes import Pixels, Plane, fit
from colorize.training.copies import hashes

# Short and long side of the copies that are tested for colours.
LOOK = 64
# The largest ratio of the sides; beyond it are panoramas, banners and strips.
NARROW = 2.4
# Mean chroma below which a photo is grey, in Lab units.
GREY = 4.0
# Below this mean distance of ab to its mean, a photo has only one tone.
TONED = 2.2
# A sepia print: its mean hue is between these degrees; the length of the mean ab is at least this
# share of the mean chroma, so that there is only one hue; 95 % of ab are this close to it, in Lab
# units; and L determines ab to within this many units. It finds 1.7 % of 5,900 photos from 25
# sources (a third are prints, the rest have one colour), and 99 % of the same photos in uneven,
# noisy sepia.
WARM, ONE_HUE, ASIDE, BY_LIGHT = (20, 125), 0.95, 5.0, 3.5
# Shares of the pixels: white (from this value on), and any single colour (in 32 steps a channel).
WHITE, WHITE_FROM, PLAIN = 0.30, 250, 0.50
# Below this variance of the Laplacian of grey values, nothing is sharp: an absolute limit, and one
# for each unit of the values' own variance.
BLURRED, BLURRED_OF_ALL = 25.0, 0.004
FORMATS = ["JPEG", "PNG", "WEBP"]


class LeftOut(Exception):
    """Why a photo is left out, in one to three words."""


@dataclass(frozen=True)
class Form:
    """How photos are stored: the short side in pixels (never enlarged), and the file type."""

    side: int
    format: str
    quality: int

    @property
    def suffix(self) -> str:
        return {"JPEG": ".jpg", "WEBP": ".webp"}[self.format]


@dataclass(frozen=True)
class Ready:
    """The file to store, and the hashes of the photo and its mirror image."""

    file: bytes
    hashes: tuple[int, int]


@dataclass(frozen=True)
class Sight:
    """A photo at `LOOK` squared: (h, w, 3) sRGB and Lab."""

    rgb: Pixels
    lab: Plane

    @property
    def ab(self) -> Plane:
        return self.lab[..., 1:].reshape(-1, 2)


def prepare(data: bytes, least: int, trim: float, form: Form) -> Ready:
    """A photo's file -> the file to store. Raises LeftOut."""
    rgb = smaller(read(data, least, trim, form.side), form.side)
    sight = look(rgb)
    for reason, is_so in FILTERS.items():
        if is_so(sight):
            raise LeftOut(reason)
    if is_blurred(rgb):
        raise LeftOut("blurred")
    return Ready(encode(rgb, form), hashes(rgb))


def read(data: bytes, least: int, trim: float, side: int) -> Pixels:
    """(h, w, 3) sRGB, upright, without its frame; JPEGs are decoded not much larger than needed."""
    try:
        with guarded(lambda: Image.open(io.BytesIO(data), formats=FORMATS)) as image:
            check_shape(image.size, least, trim)
            image.draft("RGB", (2 * side, 2 * side))
            if image.width * image.height > Limits().max_pixels:
                raise LeftOut("too large")
            return guarded(lambda: trimmed(decode(image), trim))
    except Damaged as problem:
        raise LeftOut("no photo") from problem


def seen_as(data: bytes) -> int:
    """The hash that identifies copies of a photo of any shape. Raises LeftOut."""
    try:
        with guarded(lambda: Image.open(io.BytesIO(data), formats=FORMATS)) as image:
            image.draft("RGB", (LOOK, LOOK))
            return hashes(guarded(lambda: decode(image)))[0]
    except Damaged as problem:
        raise LeftOut("no photo") from problem


def check_shape(size: tuple[int, int], least: int, trim: float) -> None:
    short, long = sorted(length * (1 - 2 * trim) for length in size)
    if short < least:
        raise LeftOut("too small")
    if long > NARROW * short:
        raise LeftOut("narrow")


def decode(image: Image.Image) -> Pixels:
    return np.asarray(srgb_picture(image).convert("RGB"))


def trimmed(rgb: Pixels, trim: float) -> Pixels:
    height, width = rgb.shape[:2]
    top, left = int(trim * height), int(trim * width)
    return rgb[top : height - top, left : width - left]


def smaller(rgb: Pixels, side: int) -> Pixels:
    height, width = rgb.shape[:2]
    size = fit(height, width, min(side, height, width), max(height, width))
    return shrunk(rgb, *size)


def shrunk(rgb: Pixels, height: int, width: int) -> Pixels:
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def look(rgb: Pixels) -> Sight:
    small = shrunk(rgb, LOOK, LOOK)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    return Sight(small, np.asarray(lab, np.float32))


def is_grey(sight: Sight) -> bool:
    return float(np.linalg.norm(sight.ab, axis=1).mean()) < GREY


def is_toned(sight: Sight) -> bool:
    """Whether all of it has one tone, or a sepia tone that depends on the lightness."""
    spread = np.linalg.norm(sight.ab - sight.ab.mean(axis=0), axis=1).mean()
    return bool(spread < TONED) or is_sepia(sight)


def is_sepia(sight: Sight) -> bool:
    a, b = sight.ab.mean(axis=0)
    length = float(np.hypot(a, b))
    if not WARM[0] <= np.degrees(np.arctan2(b, a)) <= WARM[1]:
        return False
    aside = np.abs(sight.ab @ (np.array([-b, a]) / length))
    return bool(
        length > ONE_HUE * np.linalg.norm(sight.ab, axis=1).mean()
        and np.percentile(aside, 95) < ASIDE
        and beside_lightness(sight) < BY_LIGHT
    )


def beside_lightness(sight: Sight) -> float:
    """Mean distance of ab to the best cubic function of L."""
    powers = np.vander(sight.lab[..., 0].ravel() / 100, 4)
    line = np.linalg.lstsq(powers, sight.ab, rcond=None)[0]
    return float(np.linalg.norm(sight.ab - powers @ line, axis=1).mean())


def on_white(sight: Sight) -> bool:
    return float((sight.rgb.min(axis=2) >= WHITE_FROM).mean()) > WHITE


def on_plain(sight: Sight) -> bool:
    """Whether much of it is one colour: a drawing, or an object on a plain background."""
    r, g, b = np.moveaxis(sight.rgb.astype(int) >> 3, 2, 0)
    return float(np.bincount((r << 10 | g << 5 | b).ravel()).max()) > PLAIN * LOOK * LOOK


def is_blurred(rgb: Pixels) -> bool:
    """Whether it has no fine detail: enlarged, or out of focus."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    fine: NDArray[np.float32] = np.asarray(cv2.Laplacian(grey, cv2.CV_32F), np.float32)
    return float(fine.var()) < BLURRED + BLURRED_OF_ALL * float(grey.var())


# In the order of the report.
FILTERS: dict[str, Callable[[Sight], bool]] = {
    "grey": is_grey,
    "toned": is_toned,
    "white ground": on_white,
    "plain ground": on_plain,
}


def encode(rgb: Pixels, form: Form) -> bytes:
    """A JPEG with colours at full resolution, because they are what is learned."""
    buffer = io.BytesIO()
    more = {"subsampling": 0} if form.format == "JPEG" else {}
    Image.fromarray(rgb).save(buffer, form.format, quality=form.quality, **more)
    return buffer.getvalue()
