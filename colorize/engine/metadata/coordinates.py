"""A position: latitude and longitude in decimal degrees here, otherwise in each standard."""

import re
from collections.abc import Sequence

# For latitude and longitude: the letter of a positive and of a negative number, and the largest.
AXES = (("N", "S", 90), ("E", "W", 180))
# XMP: degrees, minutes and seconds or minutes with a fraction, and the letter.
IN_XMP = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
POSITION = re.compile(r"-?\d{1,2}\.\d{6} -?\d{1,3}\.\d{6}")

# Degrees, minutes and seconds; and the letter.
Angle = tuple[Sequence[float], str]


def position(*angles: Angle) -> str:
    """`angles`: of latitude and longitude. Raises ValueError if there is no such place."""
    return " ".join(map(decimal, angles, AXES))


def decimal(angle: Angle, axis: tuple[str, str, int]) -> str:
    (degrees, minutes, seconds), letter = angle
    positive, negative, most = axis
    value = float(degrees) + float(minutes) / 60 + float(seconds) / 3600
    # Not a number fails, too.
    if letter not in (positive, negative) or not 0 <= value <= most:
        raise ValueError
    return f"{value if letter == positive else -value:.6f}"


def angles(position: str) -> list[tuple[tuple[int, float], str]]:
    """Degrees and minutes, and the letter, of latitude and longitude; none if it is empty."""
    values = map(float, position.split())
    return [
        ((int(abs(value)), abs(value) % 1 * 60), negative if value < 0 else positive)
        for value, (positive, negative, _) in zip(values, AXES, strict=False)
    ]


def from_xmp(text: str) -> Angle:
    """Raises ValueError."""
    found = IN_XMP.fullmatch(text.strip())
    if not found:
        raise ValueError
    return [float(part or 0) for part in found.groups()[:3]], found[4]


def to_xmp(position: str) -> list[str]:
    """Of latitude and longitude."""
    return [f"{degrees},{minutes:.6f}{letter}" for (degrees, minutes), letter in angles(position)]
