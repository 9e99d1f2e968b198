"""Where colour hints lie in a result of another shape. Knows no Django."""

from cmath import exp
from dataclasses import replace
from math import radians

from colorize.engine.geometry import Part, part_of
from colorize.engine.hints import Hint, Hints, Place, rounded
from colorize.engine.options import Options

# The photo is thought this many times as large, so that whole pixels do not count.
FINE = 4096


def carried(before: Options, after: Options, size: tuple[int, int]) -> Hints:
    """The hints of a result, at the same places of the photo in one of another shape; without the
    places that it leaves out.

    `size`: width and height of the upright photo, or of a small copy of it.
    """
    width, height = (FINE * side for side in size)
    parts = part_of(width, height, before), part_of(width, height, after)
    angle = after.turn + after.straighten - before.turn - before.straighten
    moved = (moved_hint(hint, *parts, angle) for hint in before.hints)
    return tuple(hint for hint in moved if hint)


def moved_hint(hint: Hint, old: Part, new: Part, angle: float) -> Hint | None:
    """None where no place of it is left."""
    moved = (moved_place(place, old, new, angle) for place in hint.places)
    left = [(x, y) for x, y in moved if 0 <= x <= 1 and 0 <= y <= 1]
    if not left:
        return None
    (x, y), *path = left
    return replace(hint, x=x, y=y, path=tuple(path))


def moved_place(place: Place, old: Part, new: Part, angle: float) -> Place:
    """`angle`: degrees clockwise from the old part to the new one, both about the same centre."""
    # A product with e^(i angle) turns clockwise where y counts downwards.
    x, y = place
    at = complex(old.left + x * old.width, old.top + y * old.height)
    at = (at - centre_of(old)) * exp(1j * radians(angle)) + centre_of(new)
    return (
        rounded((at.real - new.left) / new.width),
        rounded((at.imag - new.top) / new.height),
    )


def centre_of(part: Part) -> complex:
    """Of the straightened picture, from its top left corner."""
    return complex(*part.inner) / 2
