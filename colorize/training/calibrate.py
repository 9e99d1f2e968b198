"""Calibrates the confidence: the probability that a pixel's ab error is at most 20.

It is a logistic function of the log variance of the faithful distribution (Platt scaling), fitted
on photos that were not used for training.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from colorize.engine.planes import Pixels, fit, resize
from colorize.evaluation.metrics import SIDE
from colorize.evaluation.reliability import WITHIN
from colorize.training.augment import lab_of
from colorize.training.checkpoint import State
from colorize.training.errors import TrainingError
from colorize.training.network import spread_of

STEPS = 50


def calibrate(state: State, photos: Iterable[Pixels]) -> Tensor:
    """Slope and offset (2,) for `Answers`. Raises TrainingError if there are no photos, or if all
    pixels are right or all are wrong."""
    seen = [pixels_of(state, rgb) for rgb in photos]
    if not seen:
        raise TrainingError("There are no held-out photos in these shards")
    spread = torch.cat([spread for spread, _ in seen])
    right = torch.cat([right for _, right in seen])
    if right.all() or not right.any():
        raise TrainingError("These held-out photos do not tell where the network errs: take more")
    return logistic(spread.double(), right.double()).float()


def pixels_of(state: State, rgb: Pixels) -> tuple[Tensor, Tensor]:
    """For each pixel of the output: the log variance, and whether the faithful colour is close to
    the truth."""
    height, width = fit(rgb.shape[0], rgb.shape[1], SIDE, 4 * SIDE, 32)
    lab = lab_of(rgb)
    L = torch.from_numpy(resize(lab[..., 0].copy(), height, width))[None, None]
    truth = resize(lab[..., 1:].copy(), height // 4, width // 4)
    with torch.no_grad():
        _, faithful, variance = state.answers.means(L)
    error = np.linalg.norm(faithful[0].permute(1, 2, 0).numpy() - truth, axis=2)
    return spread_of(variance).flatten(), torch.from_numpy(error <= WITHIN).flatten()


def logistic(x: Tensor, y: Tensor) -> Tensor:
    """Slope and offset of the most likely sigmoid(slope x + offset), by Newton's method."""
    features = torch.stack([x, torch.ones_like(x)], dim=1)
    weight = torch.zeros(2, dtype=x.dtype)
    for _ in range(STEPS):
        chance = torch.sigmoid(features @ weight)
        gradient = features.T @ (y - chance)
        curvature = (features * (chance * (1 - chance))[:, None]).T @ features
        weight = weight + torch.linalg.solve(curvature, gradient)
    return weight
