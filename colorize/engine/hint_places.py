"""Where colour hints lie in a result of another shape. Knows no Django."""

from cmath import exp
from dataclasses import replace
from math import radians

from colorize.engine.geometry import Part, part_of
from colorize.engine.hints import Hint, Hints, rounded
from colorize.engine.options import Options

# The photo is thought this many times as large, so that whole pixels do not count.
FINE = 4096


def carried(before: Options, after: Options, size: tuple[int, int]) -> Hints:
    """The hints of a result, at the same places of the photo in one of another shape; without those
    that it leaves out.

    `size`: width and height of the upright photo, or of a small copy of it.
    """
    width, height = (FINE * side for side in size)
    parts = part_of(width, height, before), part_of(width, height, after)
    angle = after.turn + after.straighten - before.turn - before.straighten
    moved = (moved_hint(hint, *parts, angle) for hint in before.hints)
    return tuple(hint for hint in moved if 0 <= hint.x <= 1 and 0 <= hint.y <= 1)


def moved_hint(hint: Hint, old: Part, new: Part, angle: float) -> Hint:
    """`angle`: degrees clockwise from the old part to the new one, both about the same centre."""
    # A product with e^(i angle) turns clockwise where y counts downwards.
    place = complex(old.left + hint.x * old.width, old.top + hint.y * old.height)
    place = (place - centre_of(old)) * exp(1j * radians(angle)) + centre_of(new)
    return replace(
        hint,
        x=rounded((place.real - new.left) / new.width),
        y=rounded((place.imag - new.top) / new.height),
    )


def centre_of(part: Part) -> complex:
    """Of the straightened picture, from its top left corner."""
    return complex(*part.inner) / 2
