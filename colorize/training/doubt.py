"""Measures how much less sure to be of faded and dark photos than the network says.

Without light, shadows are neutral and the network is sure of them, so dark copies score above the
photo itself. The doubt is the smallest that keeps nearly all copies from that. How well the scores
hold is measured with it, on copies of other kinds too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from colorize.engine.doubt import Doubt, lowered
from colorize.engine.networks import Network
from colorize.engine.planes import Pixels, Plane, fit, resize
from colorize.engine.predict import predict
from colorize.evaluation.conditions import CONDITIONS
from colorize.evaluation.metrics import SIDE
from colorize.evaluation.reliability import WITHIN
from colorize.evaluation.spoiled import ABOUT_80, AS_IS
from colorize.training.augment import lab_of
from colorize.training.errors import TrainingError

# The share of copies that may score above the photo itself.
ABOVE = 0.01
# Doubts that are tried, in log odds.
TRIED = np.arange(0, 1.55, 0.05)


@dataclass(frozen=True)
class Copy:
    """`confidence`: 0..1, as the network says it; `right`: the share of pixels that were close;
    `lack`: of contrast, 0..1; `itself`: the score of the photo itself, in whole percent."""

    confidence: Plane
    right: float
    lack: float
    itself: int

    def score(self, doubt: float) -> float:
        return float(lowered(self.confidence, doubt * self.lack).mean())


Copies = dict[str, list[Copy]]


def copies_of(network: Network, photos: Iterable[tuple[str, Pixels]]) -> Copies:
    """Name and pixels of each photo -> by condition, a copy of each. `network`: without doubt.
    Raises TrainingError if there are no photos."""
    copies: Copies = {name: [] for name in (AS_IS, *CONDITIONS)}
    for name, rgb in photos:
        lab = resize(lab_of(rgb), *fit(rgb.shape[0], rgb.shape[1], SIDE, 4 * SIDE))
        itself = seen(network, lab)
        copies[AS_IS].append(itself)
        for kind, condition in CONDITIONS.items():
            copy = condition.copy_of(lab, name)
            copies[kind].append(seen(network, copy, round(100 * itself.score(0))))
    if not copies[AS_IS]:
        raise TrainingError("There are no held-out photos in these shards")
    return copies


def seen(network: Network, lab: Plane, itself: int = 100) -> Copy:
    predicted = predict(np.ascontiguousarray(lab[..., 0]), network)
    prediction = predicted.prediction
    if prediction.confidence is None:
        raise TrainingError("This network does not say how sure it is")
    truth = resize(np.ascontiguousarray(lab[..., 1:]), *prediction.ab_faithful.shape[:2])
    close = np.linalg.norm(prediction.ab_faithful - truth, axis=2) <= WITHIN
    return Copy(prediction.confidence, float(close.mean()), predicted.tones.lack, itself)


def measure(copies: Copies) -> Doubt:
    return Doubt(faded=least_doubt(copies["faded"]), dark=least_doubt(copies["dark"]))


def least_doubt(copies: list[Copy]) -> float:
    """The smallest doubt with which few copies score above the photo itself."""
    for doubt in TRIED:
        if np.mean(above(copies, float(doubt)) > 0) <= ABOVE:
            break
    return round(float(doubt), 2)


def above(copies: list[Copy], doubt: float) -> NDArray[np.int64]:
    """By how many points each copy scores above the photo itself, 0 or less if it does not."""
    return np.array([round(100 * each.score(doubt)) - each.itself for each in copies])


def table(copies: Copies, doubt: Doubt) -> Iterator[str]:
    """How well the scores hold, with the doubt and, in brackets, without."""
    low, high = ABOUT_80
    yield f"Photos that score {low:.0%} to {high:.0%}: by how many points too high; copies that"
    yield "score above the photo itself, and by how many points at most (in brackets: undoubted)"
    for kind, each in copies.items():
        now, before = (line(each, of) for of in (getattr(doubt, kind, 0.0), 0.0))
        yield f"{kind:12} {now} ({before})"


def line(copies: list[Copy], doubt: float) -> str:
    higher = above(copies, doubt)
    most = max(higher.max(), 0)
    return f"{too_high(copies, doubt):+.1f}; {np.mean(higher > 0):.0%}, {most}"


def too_high(copies: list[Copy], doubt: float) -> float:
    """By how many points photos with a score of about 80 score more than was right."""
    scored = [(each.score(doubt), each.right) for each in copies]
    low, high = ABOUT_80
    off = [100 * (score - right) for score, right in scored if low <= score < high]
    return fmean(off) if off else 0.0
