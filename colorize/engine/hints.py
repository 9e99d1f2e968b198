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


Place: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Hint:
    """`x`, `y`: shares of the width and height of the result, 0..1, from the top left; `colour`:
    #rrggbb, of which only a and b count, “grey”, or “keep” for what the network says there; `path`:
    more places of that colour, along a line that was drawn."""

    x: float
    y: float
    colour: str
    path: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return ",".join([*(f"{x:g},{y:g}" for x, y in self.places), self.colour])

    @property
    def places(self) -> tuple[Place, ...]:
        """All of them."""
        return ((self.x, self.y), *self.path)

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        told = {"x": self.x, "y": self.y, "colour": self.colour}
        return told | {"path": [list(place) for place in self.path]} if self.path else told

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
    if (count := count_of(found)) > MOST_HINTS:
        raise ValueError(f"there are {count} hints, and {MOST_HINTS} are allowed.")
    return found


def count_of(hints: Hints) -> int:
    """Of their places: each takes a part in the work."""
    return sum(len(hint.places) for hint in hints)


def hint_of(word: str) -> Hint:
    """Raises ValueError with a sentence for people."""
    *numbers, colour = word.lower().split(",")
    is_colour = bool(re.fullmatch(COLOUR, colour)) or colour in (GREY, KEEP)
    if not is_colour or not numbers or len(numbers) % 2:
        raise ValueError(
            f"“{word[:40]}” is not a hint: write x, y and a colour, such as {EXAMPLE}; the colour "
            f"is #rrggbb, {GREY} or {KEEP}."
        )
    shares = [read_share(number) for number in numbers]
    (x, y), *path = zip(shares[::2], shares[1::2], strict=True)
    return Hint(x, y, colour, tuple(path))


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
        places = [(row["x"], row["y"]), *row.get("path", ())]
        return hint_of(",".join([*(f"{x},{y}" for x, y in places), row["colour"]]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
