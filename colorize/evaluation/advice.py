"""The vividness that people would choose: colours that look right, among those lively enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane
from colorize.evaluation.difference import ciede2000
from colorize.evaluation.metrics import colourfulness, to_rgb

# What is tried, and of the pixels one in so many rows and columns.
GRID = np.linspace(0, 1, 21)
STEP = 4
# Lively enough: so much of the truth's colourfulness.
LIVELY = 0.75


@dataclass(frozen=True)
class Advised:
    """The vividness with the smallest mean CIEDE2000 among those whose colourfulness is at least
    `LIVELY` of the truth's (where none is, the liveliest), with both figures. `lively` says which;
    the least difference of all, and at which vividness, are told beside it."""

    vividness: float
    difference: float
    colourfulness: float
    lively: bool
    least: float
    least_at: float


class Advice:
    """Add photos, then ask for the vividness that is advised."""

    def __init__(self) -> None:
        # Of each photo and vividness: CIEDE2000 and colourfulness.
        self.figures: list[list[tuple[float, float]]] = []
        self.truths: list[float] = []

    def add(self, faithful: Plane, vivid: Plane, truth: Plane) -> None:
        """The two ends (h, w, 2) of a network's answer for the photo `truth` (h, w, 3) in Lab."""
        faithful, vivid = faithful[::STEP, ::STEP], vivid[::STEP, ::STEP]
        truth = np.ascontiguousarray(truth[::STEP, ::STEP])
        ends = (faithful + np.float32(each) * (vivid - faithful) for each in GRID)
        self.figures.append([figures(ab, truth) for ab in ends])
        self.truths.append(colourfulness(to_rgb(truth)))

    def advised(self) -> Advised | None:
        """None where no photo was added, or where these have no colours."""
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
    """The index of the vividness to advise."""
    lively = share >= LIVELY
    if not lively.any():
        return int(share.argmax())
    return int(np.where(lively, difference, np.inf).argmin())
