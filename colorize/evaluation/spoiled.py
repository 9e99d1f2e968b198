"""Networks measured on copies of good photos that are faded, dark, blurred or turned."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from colorize.engine.networks import Network
from colorize.evaluation.conditions import CONDITIONS
from colorize.evaluation.reliability import Reliability
from colorize.evaluation.report import head, line
from colorize.evaluation.run import Evaluation, Plan, Sample

AS_IS = "as they are"
# Scores that people read as “80”.
ABOUT_80 = (0.7, 0.9)


class Spoiled:
    """Add photos, then read the tables. `names`: of the conditions."""

    def __init__(self, networks: list[Network], plan: Plan, names: Iterable[str]) -> None:
        self.networks = networks
        self.conditions = {name: CONDITIONS[name] for name in names}
        self.measured = {name: Evaluation(networks, plan) for name in (AS_IS, *self.conditions)}

    def add(self, sample: Sample) -> None:
        sample = replace(sample, large=None)
        self.measured[AS_IS].add(sample, None)
        for name, condition in self.conditions.items():
            copy = replace(sample, truth=condition.copy_of(sample.truth, sample.name))
            for network in self.networks:
                self.measured[name].add_network(network, copy)

    def tables(self) -> Iterator[Iterable[str]]:
        yield self.errors()
        yield self.scores()

    def errors(self) -> Iterator[str]:
        yield "Copies of the photos in other conditions"
        yield ""
        yield from (f"- {name}: {each.what}" for name, each in self.conditions.items())
        yield ""
        yield from head("photos", "network", "AuC", "AuC rebalanced", "dE2000")
        for name, evaluation in self.measured.items():
            for row_name, row in evaluation.rows().items():
                auc, rebalanced = f"{row.auc:.2f}", f"{row.auc_rebalanced:.2f}"
                if row_name != "Ground truth":
                    dE = f"{row.colours.difference:.2f}"
                    yield line(name, row_name, auc, rebalanced, dE)

    def scores(self) -> Iterator[str]:
        """Whether the score holds, and whether a copy scores above the photo itself."""
        low, high = ABOUT_80
        near = f"{low:.0%} to {high:.0%}"
        yield f"The score of a photo (its mean confidence) and the share that was close ({near}: "
        yield "of photos and pixels with that score, in points too high; above: copies that score"
        yield "higher than the photo itself, and by how many points at most)"
        yield ""
        titles = ("score", "close", f"photos {near}", f"pixels {near}", "above", "at most")
        yield from head("photos", "network", *titles)
        for name, evaluation in self.measured.items():
            for network, reliability in evaluation.reliability.items():
                itself = scores(self.measured[AS_IS].reliability[network])[0]
                yield line(name, network, *score_cells(reliability, itself))


def score_cells(reliability: Reliability, itself: NDArray[np.float64]) -> Iterator[str]:
    score, right = scores(reliability)
    yield f"{score.mean():.1%}"
    yield f"{right.mean():.1%}"
    photos = (score >= ABOUT_80[0]) & (score < ABOUT_80[1])
    yield f"{100 * (score - right)[photos].mean():+.1f} ({photos.sum()})" if photos.any() else ""
    near = [each for each in reliability.bins() if ABOUT_80[0] <= each.low < ABOUT_80[1]]
    share = sum(each.pixels for each in near)
    over = sum(each.pixels * (each.confidence - each.right) for each in near)
    yield f"{100 * over / share:+.1f} ({share:.0%})" if near else ""
    higher = np.round(100 * score) - np.round(100 * itself)
    yield f"{(higher > 0).mean():.1%}"
    yield f"{higher.max():.0f}"


def scores(reliability: Reliability) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each photo (n,): its mean confidence, and the share of it that was close, 0..1."""
    count, confidence, right = np.stack(reliability.photos).sum(axis=2).T
    return confidence / count, right / count
