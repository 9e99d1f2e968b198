"""Errors on faces by skin tone, for photos that are aligned crops of one face each.

The tone is the individual typology angle of the true skin, atan((L - 50) / b), in the groups of
Chardon, Cretois, Hourseau 1991 (Int. J. Cosmetic Science 13), as in Del Bino, Bernerd 2013. Light
and camera change the angle, so the groups describe faces as photographed.
"""

from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# The groups and their smallest angle in degrees, lightest first.
GROUPS = {
    "very light": 55.0,
    "light": 41.0,
    "intermediate": 28.0,
    "tan": 10.0,
    "brown": -30.0,
    "dark": -90.0,
}
# The middle of an aligned face, cheeks and nose, as shares of height and width.
TOP, BOTTOM, LEFT, RIGHT = 0.4, 0.75, 0.3, 0.7
# Smaller groups do not count for the ratio, because chance would decide it.
FEW = 10
# Number of bootstrap samples for the ratio that chance alone would give.
DRAWS = 2000


@dataclass(frozen=True)
class Tone:
    """A group: the number of faces, the mean ab error in the middle of the face, and the chroma of
    the result beyond the truth's (below 0: too grey), in Lab units."""

    faces: int
    error: float
    chroma: float


class Tones:
    """Add faces, then read the groups and the ratio."""

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[float, float]]] = {name: [] for name in GROUPS}

    def add(self, ab: Plane, truth: Plane) -> None:
        """Add a face: the predicted `ab` (h, w, 2), and `truth` (h, w, 3) in Lab."""
        guessed, true = middle(ab), middle(truth)
        error = np.linalg.norm(guessed - true[..., 1:], axis=2).mean()
        chroma = (
            np.linalg.norm(guessed, axis=2).mean() - np.linalg.norm(true[..., 1:], axis=2).mean()
        )
        self.found[group(typology_angle(true))].append((float(error), float(chroma)))

    def groups(self) -> dict[str, Tone]:
        return {
            name: Tone(len(each), *(fmean(column) for column in zip(*each, strict=True)))
            for name, each in self.found.items()
            if each
        }

    def ratio(self) -> float | None:
        """The largest mean error of a group divided by the smallest; None if there are too few
        faces or no errors."""
        means = [float(np.mean(errors)) for errors in self.counted()]
        return max(means) / min(means) if len(means) > 1 and min(means) else None

    def ratio_by_chance(self) -> tuple[float, float] | None:
        """The ratio that chance alone would give if all groups had the same mean error: the median
        and the 95th percentile of bootstrap samples, with each group's errors scaled to the same
        mean. None if there is no ratio."""
        if self.ratio() is None:
            return None
        rng = np.random.default_rng(0)
        means = [
            rng.choice(errors / errors.mean(), (DRAWS, len(errors))).mean(axis=1)
            for errors in self.counted()
        ]
        ratios = np.max(means, axis=0) / np.min(means, axis=0)
        half, rare = np.quantile(ratios, (0.5, 0.95))
        return float(half), float(rare)

    def counted(self) -> list[NDArray[np.float64]]:
        """The errors of each group with enough faces."""
        errors = [np.array([error for error, _ in each]) for each in self.found.values()]
        return [each for each in errors if len(each) >= FEW]


def middle(plane: Plane) -> Plane:
    height, width = plane.shape[:2]
    rows = slice(int(TOP * height), int(BOTTOM * height))
    return plane[rows, int(LEFT * width) : int(RIGHT * width)]


def typology_angle(skin: Plane) -> float:
    """In degrees, from the median L and b of (h, w, 3) Lab."""
    L, _, b = np.median(skin.reshape(-1, 3), axis=0)
    return float(np.degrees(np.arctan2(L - 50, max(b, 1e-6))))


def group(angle: float) -> str:
    return next(name for name, least in GROUPS.items() if angle >= least)
