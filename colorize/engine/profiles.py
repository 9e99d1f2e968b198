"""Colour profiles of photos, or what a PNG has instead. Knows no Django.

Browsers look in a PNG for iCCP first, then sRGB, then gAMA with cHRM (PNG specification, third
edition, 4.3).
"""

import io
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from colorize.engine.planes import Pixels

Conversion = Callable[[Image.Image], Image.Image]

SRGB = ImageCms.createProfile("sRGB")
# Pillow's modes for each kind of profile.
MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
# Valid values of sRGB; browsers ignore others.
INTENTS = range(4)
# sRGB's white, red, green and blue (x and y, as in cHRM), and the gAMA that means sRGB's curve.
SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
SRGB_GAMMA = 0.45455
# The largest difference of a gAMA, and of a profile's 8-bit colours, that still counts as sRGB.
SAME_GAMMA, SAME_COLOUR = 0.001, 2
# CIE D50, the white point of profiles, and Bradford's adaptation matrix (ICC.1, annex E).
D50 = np.array([0.9642, 1.0, 0.8249])
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def embedded(info: Mapping[Any, Any]) -> bytes | None:
    """The ICC profile in a picture's file, as found by Pillow."""
    icc = info.get("icc_profile")
    return bytes(icc) if icc else None


def described(info: Mapping[Any, Any]) -> bytes | None:
    """A profile made from a PNG's gAMA and cHRM; None if they mean sRGB.

    Raises like `profile_from`.
    """
    gamma, chromaticities = info.get("gamma"), info.get("chromaticity")
    # Browsers ignore cHRM without gAMA.
    said = info.get("srgb") in INTENTS
    if said or not gamma or (abs(gamma - SRGB_GAMMA) < SAME_GAMMA and not chromaticities):
        return None
    return profile_from(1 / gamma, tuple(chromaticities or SRGB_CHROMATICITIES))


def to_srgb(mode: str, icc: bytes | None) -> Conversion:
    """A function that converts pictures of this mode (L, RGB or CMYK) to sRGB. It changes nothing
    if there is no profile, if it is for other modes, or if it is sRGB.

    Raises Pillow's errors for a broken profile.
    """
    if not icc:
        return as_is
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    fits = MODES.get(profile.profile.xcolor_space)
    if mode == "L" and fits == "RGB":
        convert = to_srgb("RGB", icc)
        return lambda image: convert(image.convert("RGB"))
    if fits != mode or (mode == "RGB" and is_srgb(icc)):
        return as_is
    transform = transform_of(profile, mode)
    return lambda image: ImageCms.applyTransform(image, transform) or image


def as_is(image: Image.Image) -> Image.Image:
    return image


def transform_of(profile: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildTransform(profile, SRGB, mode, "RGB", intent)


@lru_cache(maxsize=8)
def is_srgb(icc: bytes) -> bool:
    """Whether an RGB profile gives the same colours as sRGB."""
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    colours = Image.fromarray(np.array([list(product(levels, repeat=3))], np.uint8))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    converted = ImageCms.applyTransform(colours, transform_of(profile, "RGB"))
    difference = np.asarray(converted, int) - np.asarray(colours, int)
    return int(np.abs(difference).max()) <= SAME_COLOUR


def profile_from(exponent: float, chromaticities: tuple[float, ...]) -> bytes:
    """An ICC profile (version 4) with the primaries of cHRM and the curve of gAMA.

    Raises ValueError or LinAlgError for impossible colours.
    """
    tags = {
        b"wtpt": xyz_tag(D50),
        b"rTRC": b"para" + struct.pack(">IHHi", 0, 0, 0, fixed(exponent)),
    }
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants(chromaticities).T, strict=True):
        tags[name] = xyz_tag(column)
    tags[b"gTRC"] = tags[b"bTRC"] = tags[b"rTRC"]
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    head = struct.pack(
        ">I4sI4s4s4s12x4s", start + len(body), b"", 0x4300000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    white = struct.pack(">3i", *map(fixed, D50))
    return (head.ljust(68, b"\0") + white).ljust(128, b"\0") + table + body


def colorants(chromaticities: tuple[float, ...]) -> NDArray[np.float64]:
    """(3, 3): XYZ of red, green and blue as columns, adapted to D50 (Lindbloom)."""
    x, y = np.reshape(chromaticities, (4, 2)).T
    if y.min() <= 0:
        raise ValueError("a chromaticity has no light")
    XYZ = np.array([x / y, np.ones(4), (1 - x - y) / y])
    white, primaries = XYZ[:, 0], XYZ[:, 1:]
    scaled = primaries * np.linalg.solve(primaries, white)
    adapted = np.diag((BRADFORD @ D50) / (BRADFORD @ white))
    return np.asarray(np.linalg.inv(BRADFORD) @ adapted @ BRADFORD @ scaled, np.float64)


def xyz_tag(XYZ: NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *map(fixed, XYZ))


def fixed(number: float) -> int:
    """A number as ICC's s15Fixed16. Raises ValueError if it is out of range."""
    if not abs(number) < 1 << 15:
        raise ValueError(f"{number} does not fit a profile")
    return round(number * 65536)


def greys(icc: bytes | None) -> Pixels:
    """(256,): the sRGB grey of each 8-bit grey. Raises like `to_srgb`."""
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    return np.asarray(to_srgb("L", icc)(ramp).convert("L")).ravel()
