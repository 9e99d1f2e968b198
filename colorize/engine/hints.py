"""Colour hints, as people and programs write them. Knows no Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np

MOST_HINTS = 200
EXAMPLE_COLOUR = "#446622"
EXAMPLE = f"0.3,0.5,{EXAMPLE_COLOUR}"
# The longest text of so many hints.
LONGEST = MOST_HINTS * len("0.1234,0.1234,#446622 ")
GREY, KEEP = "grey", "keep"
# A regular expression of colours, #rrggbb.
COLOUR = "#[0-9A-Fa-f]{6}"


@dataclass(frozen=True)
class Hint:
    """`x`, `y`: shares of the width and height of the result, 0..1, from the top left; `colour`:
    #rrggbb, of which only a and b count, “grey”, or “keep” for what the network says there."""

    x: float
    y: float
    colour: str

    def __str__(self) -> str:
        return f"{self.x:g},{self.y:g},{self.colour}"

    @property
    def is_exact(self) -> bool:
        """Whether it names a colour."""
        return self.colour not in (GREY, KEEP)

    @property
    def ab(self) -> tuple[float, float]:
        """Lab units; of a hint that is not to keep."""
        return (0.0, 0.0) if self.colour == GREY else self.lab[1:]

    @property
    def lab(self) -> tuple[float, float, float]:
        """Lab units; of a hint that names a colour."""
        rgb = [int(self.colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        lab = cv2.cvtColor(np.array([[rgb]], np.float32), cv2.COLOR_RGB2Lab)
        L, a, b = lab[0, 0].tolist()
        return L, a, b


Hints: TypeAlias = tuple[Hint, ...]


def hints_of(text: str) -> Hints:
    """Hints as people write them, “0.3,0.5,#446622 0.7,0.2,grey”; empty for none.

    Raises ValueError with a sentence for people.
    """
    return checked(map(hint_of, text.split()))


def checked(hints: Iterable[Hint]) -> Hints:
    """Raises ValueError with a sentence for people."""
    found = tuple(hints)
    if len(found) > MOST_HINTS:
        raise ValueError(f"there are {len(found)} hints, and {MOST_HINTS} are allowed.")
    return found


def hint_of(word: str) -> Hint:
    """Raises ValueError with a sentence for people."""
    x, _, rest = word.lower().partition(",")
    y, _, colour = rest.partition(",")
    if not (re.fullmatch(COLOUR, colour) or colour in (GREY, KEEP)):
        raise ValueError(
            f"“{word[:40]}” is not a hint: write x, y and a colour, such as {EXAMPLE}; the colour "
            f"is #rrggbb, {GREY} or {KEEP}."
        )
    return Hint(read_share(x), read_share(y), colour)


def read_share(word: str) -> float:
    """Raises ValueError with a sentence for people."""
    try:
        share = rounded(float(word))
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise ValueError(f"“{word[:20]}” is not a place: x and y are from 0 to 1.")
    return share


def rounded(share: float) -> float:
    """As exactly as hints are kept."""
    return round(share, 4)


def counted(number: int) -> str:
    """“1 colour hint”, “3 colour hints”."""
    return f"{number} colour hint{'' if number == 1 else 's'}"


def stored_hints(rows: Any) -> Hints:
    """Hints that were stored as JSON, without what cannot be read as one."""
    found = map(stored_hint, rows if isinstance(rows, list) else ())
    return tuple(hint for hint in found if hint)


def stored_hint(row: Any) -> Hint | None:
    try:
        return hint_of(f"{row['x']},{row['y']},{row['colour']}")
    except (KeyError, TypeError, ValueError):
        return None
