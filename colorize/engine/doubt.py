"""Lowers the confidence for faded and dark photos, of which networks are too sure. Knows no
Django."""

from dataclasses import dataclass
from math import exp
from typing import cast

from colorize.engine.planes import Plane
from colorize.engine.tones import Tones


@dataclass(frozen=True)
class Doubt:
    """What is taken from the log odds of a network's confidence where all contrast is lacking, for
    photos that are `faded` and for those that are `dark`. An entry of the manifest declares it;
    `python -m colorize.training doubt` measures it."""

    faded: float = 0.0
    dark: float = 0.0

    def of(self, tones: Tones) -> float:
        return tones.lack * (self.dark if tones.is_low else self.faded)

    def lowered(self, confidence: Plane, tones: Tones) -> Plane:
        """The confidence 0..1 for a photo with these tones."""
        return lowered(confidence, self.of(tones))


NO_DOUBT = Doubt()


def lowered(confidence: Plane, doubt: float) -> Plane:
    """The confidence 0..1 with this much less in log odds."""
    return cast(Plane, confidence / (confidence + (1 - confidence) * exp(doubt)))
