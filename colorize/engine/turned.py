"""Tells photos that lie on their side or head, and negatives, by what the network sees in them.
Knows no Django."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from colorize.engine.networks import Network, Prediction
from colorize.engine.planes import Plane

Value = TypeVar("Value", bound=np.generic)
# The least probability, after all looks, of what is said. A network's probabilities are fitted so
# that few upright positives reach it for anything else; see colorize/training/turns.py.
SURE = 0.9
# A photo that is upright with more than this probability (chance) at first sight is not looked at
# again, nor is one that is a positive with more than a half.
CHANCE = 0.25
QUARTERS, DEGREES = 4, 90
# Keeps logarithms finite.
LEAST = 1e-6


def look(seen: Plane, prediction: Prediction, network: Network) -> tuple[int, bool]:
    """Degrees clockwise that would make the photo upright, and whether it is a negative; 0 and
    False unless the network is sure after looking at the photo in all turns, and inverted.

    `seen`: L as the network saw it for this prediction.
    """
    negative = prediction.negative
    if negative is None or negative < 0.5:
        return turn_of(seen, prediction, network), False
    inverted = network.predict(100 - seen)
    if inverted.negative is None or certainty(negative, inverted.negative) < SURE:
        return 0, False
    return turn_of(100 - seen, inverted, network), True


def certainty(negative: float, inverted: float) -> float:
    """The probability of a negative, from that of the photo and that of its inverse."""
    odds = np.log([max(p, LEAST) / max(1 - p, LEAST) for p in (negative, inverted)])
    return float(1 / (1 + np.exp((odds[1] - odds[0]) / 2)))


def turn_of(seen: Plane, prediction: Prediction, network: Network) -> int:
    if prediction.turn is None or prediction.turn[0] > CHANCE:
        return 0
    looks = [prediction, *(network.predict(turned(seen, n)) for n in range(1, QUARTERS))]
    chances = together([each.turn for each in looks if each.turn is not None])
    quarters = int(chances.argmax())
    return DEGREES * quarters if chances[quarters] >= SURE else 0


def together(looks: Sequence[Plane]) -> NDArray[np.float64]:
    """The probability of each turn (4,), from the network's answers for the photo as it is and
    turned clockwise by 90, 180 and 270 degrees. These are not independent, so all four together
    count as two."""
    evidence = sum(np.roll(np.log(np.maximum(each, LEAST)), n) for n, each in enumerate(looks)) / 2
    chances = np.exp(evidence - np.max(evidence))
    return np.asarray(chances / chances.sum(), np.float64)


def turned(L: NDArray[Value], quarters: int) -> NDArray[Value]:
    """Turned clockwise."""
    return np.ascontiguousarray(np.rot90(L, -quarters))
