"""Fairness for all skin tones: a short run that continues from a finished network.

Aligned faces are drawn evenly from the groups of tone, and groups with larger errors get more
weight (Sagawa et al. 2020, Distributionally robust neural networks). For all other photos, the
network is kept close to the distribution that it gave at the start.
"""

import copy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from colorize.evaluation.tones import GROUPS, group, middle, typology_angle
from colorize.training.augment import lab_of
from colorize.training.bins import rebalanced_loss
from colorize.training.checkpoint import State
from colorize.training.data import Photos, decode, shares
from colorize.training.errors import TrainingError
from colorize.training.loop import Run, Settings

# The source of aligned faces, and its share of a batch.
FACES, SHARE = "utkface", 0.2
NO_FACE = -1
# Vividness values (both ends and the default), and the weights of their errors.
ENDS = {0.0: 0.4, 0.6: 0.35, 1.0: 0.25}
# Weight of the mean ab distance relative to the cross-entropy.
DISTANCE = 0.6
# A group's weight at an end is its error there to this power, a running mean over this many faces.
STRESS, MEMORY = 6, 50
# The position of the face in a crop of 72 to 100 % of an aligned face.
TOP, BOTTOM, LEFT, RIGHT = 0.3, 0.8, 0.25, 0.75


class FacesAmongPhotos(Photos):
    """Batches with a third tensor (n,): the tone group of each face, or NO_FACE.

    Raises TrainingError, also if the shards have no faces, or only faces.
    """

    def __init__(self, shards: list[Path], batch: int, seed: int, side: int = 256) -> None:
        super().__init__(shards, batch, seed, side)
        self.groups = np.array(
            [
                group_of(self.files[n]) if source == FACES else NO_FACE
                for n, source in enumerate(self.sources)
            ]
        )
        face = self.groups != NO_FACE
        if not face.any() or face.all():
            raise TrainingError(f"The shards must have faces (a folder {FACES}) and other photos")
        rarity = 1 / np.bincount(self.groups[face], minlength=len(GROUPS)).clip(1)
        self.faces = shares(np.where(face, rarity[self.groups], 0))
        self.others = shares(np.where(face, 0, self.chances))

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        faces = max(1, round(SHARE * count))
        return np.concatenate(
            [
                rng.choice(len(self.files), faces, p=self.faces),
                rng.choice(len(self.files), count - faces, p=self.others),
            ]
        )

    def more(self, picks: NDArray[np.int64]) -> tuple[Tensor, ...]:
        return (torch.from_numpy(self.groups[picks]),)


def group_of(file: bytes) -> int:
    return list(GROUPS).index(group(typology_angle(middle(lab_of(decode(file))))))


class ToneRun(Run):
    """A run with two more goals: similar errors for all groups of faces, other photos unchanged."""

    def __init__(self, state: State, settings: Settings) -> None:
        self.before, self.answers = copy.deepcopy(state.average), state.answers
        super().__init__(state, settings)
        for network in (self.before, self.answers):
            network.to(self.device)
        self.error = torch.ones(len(ENDS), len(GROUPS), device=self.device)
        self.ends = torch.tensor(list(ENDS.values()), device=self.device)

    def photos(self) -> FacesAmongPhotos:
        given = self.settings
        return FacesAmongPhotos(given.shards, given.batch, given.seed, given.side)

    def loss(self, L: Tensor, *truth: Tensor) -> Tensor:
        ab, groups = truth
        face = groups != NO_FACE
        # The normalisation keeps the statistics of photos of all kinds.
        self.state.network.eval()
        logits = self.logits(self.state.network, L)
        learned = rebalanced_loss(logits, *self.encoding(ab), self.class_weight)
        missed = self.distance(logits[face], ab[face], groups[face])
        moved = divergence(self.known(L[~face]), logits[~face])
        return learned + SHARE * DISTANCE * missed + (1 - SHARE) * moved

    def distance(self, logits: Tensor, ab: Tensor, groups: Tensor) -> Tensor:
        """Mean ab distance to the truth in the middle of faces, in Lab units, weighted by group."""
        vivid, faithful, _ = self.answers.means_of(logits)
        answers = torch.stack([faithful + end * (vivid - faithful) for end in ENDS])
        # Adds 1, because the root has no gradient at 0.
        error = middle_of(((answers - ab) ** 2).sum(2).add(1).sqrt()).mean((2, 3))
        # As tensors of one group each: a number would be waited for.
        for n, tone in enumerate(groups.split(1)):
            self.error[:, tone] += (error[:, n : n + 1].detach() - self.error[:, tone]) / MEMORY
        weight = self.error[:, groups] ** STRESS
        weight = weight / weight.mean(1, keepdim=True)
        return self.ends @ (error * weight).mean(1)

    def known(self, L: Tensor) -> Tensor:
        """The distribution of bins that the start gives (n, 313, h, w)."""
        with torch.no_grad():
            return torch.softmax(self.logits(self.before, L), dim=1)


def middle_of(planes: Tensor) -> Tensor:
    height, width = planes.shape[-2:]
    rows = slice(int(TOP * height), int(BOTTOM * height))
    return planes[..., rows, int(LEFT * width) : int(RIGHT * width)]


def divergence(before: Tensor, logits: Tensor) -> Tensor:
    """The Kullback-Leibler divergence of the bins' distribution from the earlier one, a pixel."""
    now = torch.log_softmax(logits, dim=1)
    return F.kl_div(now, before, reduction="none").sum(1).mean()
