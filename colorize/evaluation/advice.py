"""Finds the best vividness: the most accurate colours among those that are lively enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane
from colorize.evaluation.difference import ciede2000
from colorize.evaluation.metrics import colourfulness, to_rgb

# The vividness values to try, and the step in rows and columns between the pixels used.
GRID = np.linspace(0, 1, 21)
STEP = 4
# The share of the truth's colourfulness that is lively enough.
LIVELY = 0.75


@dataclass(frozen=True)
class Advised:
    """The vividness with the smallest mean CIEDE2000 among those with a colourfulness of at least
    `LIVELY` of the truth's (or the liveliest, if none has), with both figures. `lively` says which
    case it is. Also the smallest CIEDE2000 of all, and its vividness."""

    vividness: float
    difference: float
    colourfulness: float
    lively: bool
    least: float
    least_at: float


class Advice:
    """Add photos, then read the best vividness."""

    def __init__(self) -> None:
        # CIEDE2000 and colourfulness for each photo and vividness.
        self.figures: list[list[tuple[float, float]]] = []
        self.truths: list[float] = []

    def add(self, faithful: Plane, vivid: Plane, truth: Plane) -> None:
        """Add a photo: `truth` (h, w, 3) in Lab, and the network's faithful and vivid ab (h, w, 2)
        for it."""
        faithful, vivid = faithful[::STEP, ::STEP], vivid[::STEP, ::STEP]
        truth = np.ascontiguousarray(truth[::STEP, ::STEP])
        ends = (faithful + np.float32(each) * (vivid - faithful) for each in GRID)
        self.figures.append([figures(ab, truth) for ab in ends])
        self.truths.append(colourfulness(to_rgb(truth)))

    def advised(self) -> Advised | None:
        """None if no photo with colours was added."""
        if not self.truths or not (true := np.mean(self.truths)) >= 1:
            return None
        difference, colour = np.mean(self.figures, axis=0).T
        share = colour / true
        best, least = choice(difference, share), int(difference.argmin())
        return Advised(
            vividness=float(GRID[best]),
            difference=float(difference[best]),
            colourfulness=float(share[best]),
            lively=bool(share[best] >= LIVELY),
            least=float(difference[least]),
            least_at=float(GRID[least]),
        )


def figures(ab: Plane, truth: Plane) -> tuple[float, float]:
    lab = np.dstack([truth[..., :1], ab])
    return float(ciede2000(lab, truth).mean()), colourfulness(to_rgb(lab))


def choice(difference: NDArray[np.float64], share: NDArray[np.float64]) -> int:
    """The index of the best vividness."""
    lively = share >= LIVELY
    if not lively.any():
        return int(share.argmax())
    return int(np.where(lively, difference, np.inf).argmin())
