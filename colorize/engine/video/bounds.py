"""What a film may be. Knows no Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """`pixels`: of a frame; `rate`: frames a second, on average; `seconds`: of the part that is
    coloured."""

    pixels: int = 9_000_000
    rate: float = 125
    seconds: float = 3600


USUAL = Bounds()
