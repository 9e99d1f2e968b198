"""What was noticed about a photo while it was coloured. Knows no Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

# Left, top, right and bottom of a part of a picture, as fractions of its width and height.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """`border`: the picture inside a border or mount, None if there is none; `turn`: degrees
    clockwise that would make the photo upright; `negative`, `faded`, `dark`: what it seems to be;
    `pages`: how many its file has, `page`: which one it is.
    """

    border: Box | None = None
    turn: int = 0
    negative: bool = False
    faded: bool = False
    dark: bool = False
    pages: int = 1
    page: int = 1

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """From a stored `as_dict`, also of an older version of this program."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        if border := known.get("border"):
            known["border"] = tuple(border)
        return cls(**known)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)
