"""Makes grey versions of colour photos that look like old film."""

import cv2
import numpy as np
from numpy.random import Generator

from colorize.engine.planes import Pixels, Plane

CLEAN_SHARE = 0.45
# The share of enlarged crops that are sharpened, and the largest amount.
SHARP_SHARE, SHARPEST = 0.6, 2.5


def crop(rgb: Pixels, size: tuple[int, int], rng: Generator) -> Pixels:
    """A random crop, 72 to 100 % of the largest one, flipped half of the time."""
    height, width = rgb.shape[:2]
    share = rng.uniform(0.72, 1) * min(height / size[0], width / size[1])
    h, w = int(size[0] * share), int(size[1] * share)
    top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
    part = rgb[top : top + h, left : left + w]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    how = cv2.INTER_AREA if h > size[0] else cv2.INTER_CUBIC
    return cv2.resize(np.ascontiguousarray(part), size[::-1], interpolation=how)  # type: ignore[return-value]


def lab_of(rgb: Pixels) -> Plane:
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)  # type: ignore[return-value]


# What each value of a pixel is in linear light, and the L of a grey one.
LINEAR = (np.arange(256, dtype=np.float32) / 255) ** 2.2
LIGHTNESS = lab_of(np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2))[:, 0, 0].copy()


def sharpened(L: Plane, rng: Generator) -> Plane:
    """Unsharp masking, because people's photos are sharper than enlarged ones."""
    soft = cv2.GaussianBlur(L, (0, 0), rng.choice([1.0, 1.4]))
    return np.clip(L + rng.uniform(0, SHARPEST) * (L - soft), 0, 100)


def film(rgb: Pixels, rng: Generator) -> Plane:
    """L of the photo as if from old film, a print and a scan."""
    grey = emulsion(rgb, rng)
    if rng.random() < 0.3:
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.2))  # type: ignore[assignment]
    grey = fade(grey, rng)
    if rng.random() < 0.4:
        grey = grey + grain(grey.shape, rng)
    if rng.random() < 0.25:
        grey = compressed(grey, int(rng.integers(30, 90)))
    grey = np.clip(grey, 0, 1).astype(np.float32)
    return cv2.LUT((grey * 255).round().astype(np.uint8), LIGHTNESS)  # type: ignore[return-value]


def emulsion(rgb: Pixels, rng: Generator) -> Plane:
    """Grey 0..1 with a random sensitivity to red, green and blue (in linear light) and gamma."""
    mix = rng.dirichlet([2.0, 4.0, 1.6])
    linear = cv2.LUT(rgb, LINEAR)
    return np.asarray((linear @ mix) ** (rng.uniform(0.75, 1.3) / 2.2), np.float32)


def fade(grey: Plane, rng: Generator) -> Plane:
    """Raised blacks, lowered whites."""
    black, white = rng.uniform(0, 0.12), rng.uniform(0.85, 1)
    return black + grey * (white - black)


def grain(shape: tuple[int, ...], rng: Generator) -> Plane:
    noise = rng.normal(0, rng.uniform(0.005, 0.04), shape).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 0.6) if rng.random() < 0.5 else noise  # type: ignore[return-value]


def compressed(grey: Plane, quality: int) -> Plane:
    pixels = (np.clip(grey, 0, 1) * 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
    return np.asarray(decoded, np.float32) / np.float32(255)
