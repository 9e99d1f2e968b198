"""Tells photos that lie on their side or head, and negatives, by what the network sees in them.
Knows no Django."""

import numpy as np

from colorize.engine.networks import Network, Prediction
from colorize.engine.planes import Plane

# The least probability of what is said. A network's probabilities are fitted so that this one is
# right for upright positives; see colorize/training/turns.py.
SURE = 0.9
DEGREES = 90


def look(seen: Plane, prediction: Prediction, network: Network) -> tuple[int, bool]:
    """Degrees clockwise that would make the photo upright, and whether it is a negative; 0 and
    False unless the network is sure, also after a second look at the photo so changed.

    `seen`: L as the network saw it for this prediction.
    """
    if prediction.negative is not None and prediction.negative >= SURE:
        seen, inverted = 100 - seen, network.predict(100 - seen)
        if (inverted.negative or 0) > 1 - SURE:
            return 0, False
        return turn_of(seen, inverted, network), True
    return turn_of(seen, prediction, network), False


def turn_of(seen: Plane, prediction: Prediction, network: Network) -> int:
    if prediction.turn is None:
        return 0
    quarters = int(prediction.turn.argmax())
    if not quarters or prediction.turn[quarters] < SURE:
        return 0
    again = network.predict(turned(seen, quarters)).turn
    return DEGREES * quarters if again is not None and again[0] >= SURE else 0


def turned(L: Plane, quarters: int) -> Plane:
    """Turned clockwise."""
    return np.ascontiguousarray(np.rot90(L, -quarters))
