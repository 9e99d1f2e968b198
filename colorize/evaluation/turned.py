"""How often turned photos and negatives are noticed, and upright positives taken for them."""

from dataclasses import dataclass

import numpy as np

from colorize.engine.networks import Network
from colorize.engine.planes import Plane
from colorize.engine.predict import predict


@dataclass
class Seen:
    """How many copies got the offer to turn them upright, another turn, and to be inverted."""

    turned_right: int = 0
    turned_wrong: int = 0
    inverted: int = 0


class Turned:
    """Add photos, upright positives, then read what is noticed about each kind of copy: 0 to 270,
    the degrees clockwise that make it upright, and "negative"."""

    def __init__(self) -> None:
        self.photos = 0
        self.copies: dict[str, Seen] = {}

    def add(self, network: Network, L: Plane) -> None:
        self.photos += 1
        for quarters in range(4):
            copy = np.ascontiguousarray(np.rot90(L, quarters))
            self.look(network, str(90 * quarters), copy, 90 * quarters)
        self.look(network, "negative", 100 - L, 0)

    def look(self, network: Network, kind: str, copy: Plane, right: int) -> None:
        noticed = predict(copy, network).noticed
        seen = self.copies.setdefault(kind, Seen())
        seen.turned_right += noticed.turn == right != 0
        seen.turned_wrong += noticed.turn not in (right, 0)
        seen.inverted += noticed.negative
