"""Faces of all skin tones alike: a short run that goes on from a finished network.

Aligned faces are drawn evenly over the groups of tone, and a group weighs the more, the larger its
error (Sagawa et al. 2020, Distributionally robust neural networks). On all other photos the network
is held to the distribution that it gave when the run began, of the photo softened: what it knew of
soft photos, it is to know of sharp ones.
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
from colorize.training.network import ColorNet

# The source of aligned faces, and its share of a batch.
FACES, SHARE = "utkface", 0.3
NO_FACE = -1
# The ends of vividness and what is shown, and how much the error at each counts.
ENDS = {0.0: 0.4, 0.6: 0.35, 1.0: 0.25}
# Of the mean distance of ab, beside the cross-entropy.
DISTANCE = 0.6
# A group's weight at an end is its error there to this power, a running mean over so many faces.
STRESS, MEMORY = 6, 50
# Where the face is in a crop of 72 to 100 % of an aligned face.
TOP, BOTTOM, LEFT, RIGHT = 0.3, 0.8, 0.25, 0.75


class FacesAmongPhotos(Photos):
    """Batches with a third tensor (n,): the group of tone of each face, NO_FACE of other photos.

    Raises TrainingError, also where the shards have no faces or nothing else.
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
    """As a run, and with two more aims: no group of faces far behind, other photos as they were."""

    def __init__(self, state: State, settings: Settings) -> None:
        self.before = copy.deepcopy(state.average)
        self.answers = state.answers
        self.error = torch.ones(len(ENDS), len(GROUPS))
        super().__init__(state, settings)

    def photos(self) -> FacesAmongPhotos:
        given = self.settings
        return FacesAmongPhotos(given.shards, given.batch, given.seed, given.side)

    def loss(self, L: Tensor, *truth: Tensor) -> Tensor:
        ab, groups = truth
        face = groups != NO_FACE
        # The statistics of the normalisation stay those of photos of all kinds.
        self.state.network.eval()
        logits = self.state.network(L)
        learned = rebalanced_loss(logits, *self.encoding(ab), self.class_weight)
        missed = self.distance(logits[face], ab[face], groups[face])
        moved = divergence(known(self.before, L[~face]), logits[~face])
        return learned + SHARE * DISTANCE * missed + (1 - SHARE) * moved

    def distance(self, logits: Tensor, ab: Tensor, groups: Tensor) -> Tensor:
        """Of the middle of the faces from the truth, in Lab units, weighed by group."""
        vivid, faithful, _ = self.answers.means_of(logits)
        answers = torch.stack([faithful + end * (vivid - faithful) for end in ENDS])
        # Of one more, for the root has no slope at nothing.
        error = middle_of(((answers - ab) ** 2).sum(2).add(1).sqrt()).mean((2, 3))
        for n, tone in enumerate(groups):
            self.error[:, tone] += (error[:, n].detach() - self.error[:, tone]) / MEMORY
        weight = self.error[:, groups] ** STRESS
        weight = weight / weight.mean(1, keepdim=True)
        return torch.tensor(list(ENDS.values())) @ (error * weight).mean(1)


def middle_of(planes: Tensor) -> Tensor:
    height, width = planes.shape[-2:]
    rows = slice(int(TOP * height), int(BOTTOM * height))
    return planes[..., rows, int(LEFT * width) : int(RIGHT * width)]


def known(network: ColorNet, L: Tensor) -> Tensor:
    """The distribution of the bins (n, 313, h, w) for the photos softened: the mean of what is said
    of each and of its mirror image."""
    soft = softened(L)
    with torch.no_grad():
        own = torch.softmax(network(soft), dim=1)
        mirrored = torch.softmax(network(soft.flip(3)), dim=1)
    return (own + mirrored.flip(3)) / 2


def softened(L: Tensor) -> Tensor:
    """(n, 1, h, w) after a binomial filter, which is a Gaussian of one pixel."""
    row = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    kernel = torch.outer(row, row)[None, None]
    return F.conv2d(F.pad(L, (2, 2, 2, 2), mode="replicate"), kernel)


def divergence(before: Tensor, logits: Tensor) -> Tensor:
    """Of the distributions of the bins from what they were: Kullback and Leibler's, a pixel."""
    now = torch.log_softmax(logits, dim=1)
    return F.kl_div(now, before, reduction="none").sum(1).mean()
