"""Photos made for the tests, and colours computed independently of the code under test."""

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from colorize.engine.formats import READS_HEIC

GREYS = (40, 128, 220)
# Pillow's names for kinds that it calls otherwise.
PILLOW = {"HEIC": "HEIF", "JPEG 2000": "JPEG2000"}

if READS_HEIC:
    import pillow_heif

    pillow_heif.register_heif_opener()


def stripes(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """Three upright bands of grey, GREYS from left to right: (height, width) uint8."""
    return np.repeat(np.repeat(np.array([GREYS], np.uint8), width // 3, axis=1), height, axis=0)


def photo(kind: str = "JPEG", pixels: NDArray[Any] | None = None, **options: Any) -> bytes:
    return save(Image.fromarray(stripes() if pixels is None else pixels), kind, **options)


def save(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    usual = {"quality": 95} if kind in ("JPEG", "HEIC") else {}
    image.save(buffer, PILLOW.get(kind, kind), **usual | options)
    return buffer.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def lightness_of(rgb: ArrayLike) -> NDArray[np.float64]:
    """CIE 1976 L of sRGB pixels (..., 3) 0..255, by the textbook (IEC 61966-2-1, CIE 15)."""
    c = np.asarray(rgb) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    Y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(Y > (6 / 29) ** 3, 116 * np.cbrt(Y) - 16, Y * (29 / 3) ** 3)


def srgb_of(L: float, a: float, b: float) -> NDArray[np.float64]:
    """Lab (D65) -> sRGB 0..255, clipped to the gamut, by the textbook."""
    fy = (L + 16) / 116
    f = np.array([fy + a / 500, fy, fy - b / 200])
    XYZ = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.95047, 1, 1.08883]
    linear = np.clip(
        np.array(
            [
                [3.2404542, -1.5371385, -0.4985314],
                [-0.9692660, 1.8760108, 0.0415560],
                [0.0556434, -0.2040259, 1.0572252],
            ]
        )
        @ XYZ,
        0,
        1,
    )
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(255 * encoded, np.float64)


def middles(image: Image.Image) -> NDArray[np.float64]:
    """The mean colour in the middle of each of the three bands: (3, 3)."""
    pixels = np.asarray(image.convert("RGB"), np.float64)
    height, width, _ = pixels.shape
    rows = slice(height // 4, 3 * height // 4)
    parts = [pixels[rows, width * n // 6 - 4 : width * n // 6 + 4] for n in (1, 3, 5)]
    return np.array([part.mean(axis=(0, 1)) for part in parts])


def colourful(seed: int, height: int = 150, width: int = 200) -> Image.Image:
    """A photo in many colours, soft and sharp, of its own for each seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (5, 6, 3)).astype(np.float32)
    colour = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    rough = rng.normal(0, 25, (height, width, 1))
    return Image.fromarray(np.clip(colour + rough, 0, 255).astype(np.uint8))


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether it is the same scene, whatever the size and the quality."""
    small = [np.asarray(each.resize((8, 8)), float) for each in (one, other)]
    return bool(np.abs(small[0] - small[1]).mean() < 8)
