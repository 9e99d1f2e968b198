"""Other colours that a picture may well have: sets of hints where the network is least sure.

Hints of a few places are drawn from the network's distribution, again and again; of all that came
out, those are proposed that together come nearest to the rest. What people have said themselves
stays. Knows no Django.
"""

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from colorize.engine.hint_spread import WHOLE, Cells, placed_in, ridge_of
from colorize.engine.hints import MOST_HINTS, Hint, Hints, count_of
from colorize.engine.likely_colours import NEARBY, chances_of, displayed, hex_of, middles
from colorize.engine.networks.bins import CENTRES
from colorize.engine.noticed import Box
from colorize.engine.planes import Pixels, Plane, resize
from colorize.engine.predict import Predicted

Floats: TypeAlias = NDArray[np.float64]

# So many proposals beside the network's own colours, each of so many hints.
COUNT, PLACES = 4, 3
MOST_SEEDS = 2**31 - 1
# So many sets of hints are drawn to choose from.
DRAWN = 128
# The least mean distance between any two, and to the network's own colours, in Lab units.
APART = 6.5
# The exponents of the distribution that colours are drawn from: softer ones where sharper ones give
# too few that differ.
EXPONENTS = (0.58, 0.42, 0.29)


def proposals(
    predicted: Predicted, vividness: float, seed: int = 0, given: Hints = ()
) -> list[Hints]:
    """At most COUNT sets of hints for a photo, those first that stand for most; the same for the
    same seed. Each has the given hints first, which all of them keep to. None for networks that do
    not tell what is likely, nor where there is no room for more hints, and fewer where all that is
    likely looks alike."""
    prediction = predicted.prediction
    if not prediction.takes_hints or prediction.readout is None:
        return []
    assert prediction.features is not None  # noqa: S101
    height, width, channels = prediction.features.shape
    box = predicted.inside.box if predicted.inside else WHOLE
    known = list(placed_in((height, width), given, box))
    every = (middles(height)[:, None] * width + middles(width)).ravel()
    grid: list[int] = np.setdiff1d(every, known).tolist()
    if len(grid) < PLACES or count_of(given) + PLACES > MOST_HINTS:
        return []
    alike = predicted.cells.alike(grid, grid)
    ridge = ridge_of(alike.diagonal())
    open_to = unknown(predicted.cells, grid, known, alike)
    places = least_sure(open_to, ridge)
    cells = [grid[place] for place in places]
    light = resize(predicted.guide, height, width).ravel()[cells]
    features = prediction.features.reshape(-1, channels)[grid]
    own = predicted.hinted(given).prediction.ab(vividness).reshape(-1, 2)[grid]
    spots = [spot_of(cell, (height, width), box) for cell in cells]
    found: list[Hints] = []
    for exponent in EXPONENTS:
        chances = pooled(chances_of(features, prediction.readout, exponent), alike, places)
        pixels, ab = shown_at(light, drawn(chances, np.random.default_rng(seed)))
        chosen = standing_for_most(outcomes(own, open_to, ridge, places, ab))
        if len(chosen) > len(found):
            found = [given + at(spots, pixels[n]) for n in chosen]
        if len(found) == COUNT:
            break
    return found


def unknown(cells: Cells, grid: list[int], known: list[int], alike: Plane) -> Floats:
    """What is left of `alike` (n, n), that of the places of `grid`, once the colours of the cells
    `known` are."""
    if not known:
        return alike.astype(np.float64)
    among, reach = cells.alike(known, known), cells.alike(known, grid)
    among = among + np.diag(ridge_of(among.diagonal()))
    told: Floats = reach.T.astype(np.float64) @ np.linalg.solve(among, reach)
    return alike.astype(np.float64) - told


def at(spots: Sequence[tuple[float, float]], pixels: Pixels) -> Hints:
    """Hints at places, of these colours (k, 3)."""
    return tuple(Hint(x, y, hex_of(pixel)) for (x, y), pixel in zip(spots, pixels, strict=True))


def shown_at(light: Plane, colours: Plane) -> tuple[Pixels, Plane]:
    """See `displayed`; of n sets of ab (n, k, 2) at places of this L (k,)."""
    pixels, ab = displayed(np.tile(light, len(colours)), colours.reshape(-1, 2))
    return pixels.reshape(*colours.shape[:2], 3), ab.reshape(colours.shape)


def least_sure(unknown: Floats, ridge: Floats) -> list[int]:
    """The places whose colours would tell most about all others: each the one that lowers the
    variance most when those before it are known. `unknown` (n, n): how the places vary together;
    `ridge` (n,): see `ridge_of`."""
    left = unknown.copy()
    found: list[int] = []
    for _ in range(PLACES):
        known = left.diagonal() + ridge
        best = int(((left**2).sum(axis=0) / known).argmax())
        found.append(best)
        left -= np.outer(left[best], left[best]) / known[best]
    return found


def pooled(chances: Plane, alike: Plane, places: Sequence[int]) -> Plane:
    """The distributions of these places (PLACES, 313), with those of what is like them."""
    spread = np.sqrt(alike.diagonal())
    weights = (alike[places] / spread / spread[places][:, None]) ** 2
    return cast(Plane, np.einsum("kn,nb->kb", weights, chances) / weights.sum(axis=1)[:, None])


def drawn(chances: Plane, rng: np.random.Generator) -> Plane:
    """Colours (DRAWN, PLACES, 2) from the distributions of the places; each the mean around it."""
    found = []
    for each in chances:
        bins = rng.choice(len(CENTRES), DRAWN, p=each.astype(np.float64) / each.sum(dtype=float))
        around = NEARBY[bins] * each
        found.append(np.einsum("nb,bc->nc", around, CENTRES) / around.sum(axis=1)[:, None])
    return cast(Plane, np.stack(found, axis=1).astype(np.float32))


def outcomes(own: Plane, unknown: Floats, ridge: Floats, places: Sequence[int], ab: Plane) -> Plane:
    """The colours (1 + n, m, 2) of m places: first `own` (m, 2), then by each of n sets of
    hints, of ab (n, k, 2) at k places. `unknown` and `ridge`: as for `least_sure`."""
    among = unknown[np.ix_(places, places)] + np.diag(ridge[places])
    reach = np.linalg.solve(among, unknown[places])
    moved = own + np.einsum("nkc,km->nmc", ab - own[places], reach)
    return np.concatenate([own[None], moved]).astype(np.float32)


def standing_for_most(made: Plane) -> list[int]:
    """Which outcomes after the first, at most COUNT, leave the others nearest to one of them or to
    the first. Numbers from 0, the first one not counted."""
    distances = np.linalg.norm(made[:, None] - made, axis=3).mean(axis=2)
    chosen = [0]
    for _ in range(COUNT):
        nearest = distances[chosen].min(axis=0)
        left = (np.minimum(distances, nearest) ** 2).mean(axis=1)
        left[nearest < APART] = np.inf
        if np.isinf(left.min()):
            break
        chosen.append(int(left.argmin()))
    return [n - 1 for n in chosen[1:]]


def spot_of(cell: int, shape: tuple[int, int], box: Box) -> tuple[float, float]:
    """Where the middle of a cell lies in the whole photo, as shares of its sides."""
    left, top, right, bottom = box
    row, column = divmod(cell, shape[1])
    x = left + (column + 0.5) / shape[1] * (right - left)
    y = top + (row + 0.5) / shape[0] * (bottom - top)
    return round(x, 4), round(y, 4)
