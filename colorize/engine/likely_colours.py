"""Which colours are likely at a place, from the network's distribution there. Knows no Django."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.colour_names import name_of
from colorize.engine.matrices import product, square_distances
from colorize.engine.networks.base import Prediction
from colorize.engine.networks.bins import CENTRES
from colorize.engine.planes import Pixels, Plane, resize

# At most so many colours of a place, so far apart; those near a likelier one count for less within
# this reach; how far a colour gathers chances; and below which share of the likeliest one's it is
# left out. All but the number and the share in Lab units.
MOST, APART, ASIDE, GATHERS = 5, 10.0, 14.0, 10.0
LEAST = 0.02
# The exponent of the distribution: the temperature that sharpened it (docs/network-runs.md), so
# that it is about what was learned, and rarer colours get a chance.
SOFTER = 0.5
# So many cells of the network make one of the places that a page gets, across and down.
PLACE = 5
BETWEEN = square_distances(CENTRES, CENTRES)
NEARBY = np.exp(np.maximum(BETWEEN / (-2 * GATHERS**2), -30))


@dataclass(frozen=True)
class Likely:
    """`colour`: #rrggbb; `name`: in plain English."""

    colour: str
    name: str


def likely_grid(prediction: Prediction, L: Plane) -> tuple[int, int, list[list[Likely]]] | None:
    """Height and width of a coarse grid, and the likely colours of its cells along the rows,
    likeliest first; None for networks that do not tell. `L`: the picture's, of any size."""
    if prediction.features is None or prediction.readout is None:
        return None
    height, width, channels = prediction.features.shape
    rows, columns = middles(height), middles(width)
    features = prediction.features[rows[:, None], columns]
    chances = chances_of(features.reshape(-1, channels), prediction.readout)
    height, width = len(rows), len(columns)
    lights = resize(L, height, width).ravel()
    return (
        height,
        width,
        [named(L, ab) for L, ab in zip(lights.tolist(), modes(chances), strict=True)],
    )


def middles(length: int) -> NDArray[np.intp]:
    """Of the places of the grid along so many cells."""
    count = max(1, length // PLACE)
    return ((np.arange(count) + 0.5) * length / count).astype(np.intp)


def chances_of(features: Plane, readout: Plane, exponent: float = SOFTER) -> Plane:
    """The distribution (n, 313) over the bins of n places of these features (n, channels)."""
    weights = (product(features, readout[:, :-1].T) + readout[:, -1]) * np.float32(exponent)
    # Smaller numbers than these change nothing, and take long to compute with.
    chances = np.exp(np.maximum(weights - weights.max(axis=1, keepdims=True), -30))
    return cast(Plane, chances / chances.sum(axis=1, keepdims=True))


def modes(chances: Plane) -> list[Plane]:
    """The likely ab of each of n distributions (n, 313): (k, 2), likeliest first."""
    gathered = product(chances, NEARBY)
    found: list[list[Plane]] = [[] for _ in chances]
    left, least = gathered.copy(), LEAST * gathered.max(axis=1)
    for _ in range(MOST):
        best = left.argmax(axis=1)
        around = chances * NEARBY[best]
        ab = np.einsum("nb,bc->nc", around, CENTRES) / around.sum(axis=1, keepdims=True)
        for each, colour, more in zip(found, ab, left.max(axis=1) > least, strict=True):
            if more:
                each.append(colour)
        squares = np.minimum(((ab[:, None] - CENTRES) ** 2).sum(axis=2), BETWEEN[best])
        left *= np.where(squares < APART**2, 0, 1 - np.exp(squares / (-2 * ASIDE**2)))
    return [np.array(each) for each in found]


def named(L: float, ab: Plane) -> list[Likely]:
    """Colours (k, 2) of this lightness, without those that are called like a likelier one."""
    pixels, shown = displayed(np.full(len(ab), L), ab)
    names = [name_of(L, *each) for each in shown.tolist()]
    colours = [hex_of(pixel) for pixel in pixels]
    return [
        Likely(colour, name)
        for n, (colour, name) in enumerate(zip(colours, names, strict=True))
        if name not in names[:n]
    ]


def displayed(L: Plane, ab: Plane) -> tuple[Pixels, Plane]:
    """Colours of these L (k,) and ab (k, 2) as far as a screen shows them: sRGB of 8 bits (k, 3),
    and its ab (k, 2)."""
    lab = np.column_stack([L, ab]).astype(np.float32)[None]
    rgb = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)[0]
    pixels = np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    shown = cv2.cvtColor((pixels / np.float32(255))[None], cv2.COLOR_RGB2Lab)[0]
    return pixels, cast(Plane, shown[:, 1:])


def hex_of(pixel: Pixels) -> str:
    """#rrggbb of sRGB of 8 bits (3,)."""
    return "#" + bytes(pixel).hex()
