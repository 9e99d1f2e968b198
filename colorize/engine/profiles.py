"""What a photo's numbers mean as colours: its profile, or what PNG says instead. Knows no Django.

Browsers ask a PNG's iCCP first, then sRGB, then gAMA with cHRM (PNG specification, edition 3, 4.3).
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
# What Pillow calls the modes of pictures that each kind of profile is for.
MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
# What sRGB may say; with anything else in it, browsers leave it aside.
INTENTS = range(4)
# x and y of white, red, green and blue as in cHRM, and the gAMA that is taken for sRGB's curve.
SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
SRGB_GAMMA = 0.45455
# How far a gAMA may be from that, and a profile's 8-bit colours from sRGB's, to be taken for it.
SAME_GAMMA, SAME_COLOUR = 0.001, 2
# CIE D50, the white of profiles, and the cone responses of Bradford's adaptation (ICC.1, annex E).
D50 = np.array([0.9642, 1.0, 0.8249])
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def embedded(info: Mapping[Any, Any]) -> bytes | None:
    """The ICC profile that Pillow found in a picture's file."""
    icc = info.get("icc_profile")
    return bytes(icc) if icc else None


def described(info: Mapping[Any, Any]) -> bytes | None:
    """A profile that does what a PNG's gAMA and cHRM say; None where it says that it is sRGB.

    Raises as `profile_from`.
    """
    gamma, chromaticities = info.get("gamma"), info.get("chromaticity")
    # Without gAMA, browsers leave cHRM aside.
    said = info.get("srgb") in INTENTS
    if said or not gamma or (abs(gamma - SRGB_GAMMA) < SAME_GAMMA and not chromaticities):
        return None
    return profile_from(1 / gamma, tuple(chromaticities or SRGB_CHROMATICITIES))


def to_srgb(mode: str, icc: bytes | None) -> Conversion:
    """The conversion of pictures of this mode (L, RGB or CMYK); of those that have no profile, or
    one for other modes, and of those that are sRGB, nothing is changed.

    Raises what Pillow raises where the profile is broken.
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
    """Whether an RGB profile does what sRGB does, whatever it calls itself."""
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    colours = Image.fromarray(np.array([list(product(levels, repeat=3))], np.uint8))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    converted = ImageCms.applyTransform(colours, transform_of(profile, "RGB"))
    difference = np.asarray(converted, int) - np.asarray(colours, int)
    return int(np.abs(difference).max()) <= SAME_COLOUR


def profile_from(exponent: float, chromaticities: tuple[float, ...]) -> bytes:
    """An ICC profile (version 4) of three primaries and one curve, as gAMA and cHRM say.

    Raises ValueError or LinAlgError where these are no colours.
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
    """(3, 3): XYZ of full red, green and blue in columns, adapted to D50 (Lindbloom)."""
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
    """As ICC's s15Fixed16. Raises ValueError for what does not fit."""
    if not abs(number) < 1 << 15:
        raise ValueError(f"{number} does not fit a profile")
    return round(number * 65536)


def greys(icc: bytes | None) -> Pixels:
    """(256,): the sRGB grey that each eight-bit grey stands for. Raises as `to_srgb`."""
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    return np.asarray(to_srgb("L", icc)(ramp).convert("L")).ravel()
