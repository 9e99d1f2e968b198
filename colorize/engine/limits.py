"""Limits of a photo, with their defaults. Knows no Django."""

from dataclasses import dataclass

# The longest side of the resulting JPEG, by its library.
MAX_SIDE = 65_500


@dataclass(frozen=True)
class Limits:
    """`max_pixels` in total; `min_side` in pixels."""

    max_pixels: int = 100_000_000
    min_side: int = 16
