"""How good a network is on colour photos that it has not seen."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from colorize.planes import Pixels, Plane, fit, shrink
from colorize.training.augment import lab_of
from colorize.training.bins import SoftEncoding

SIDE = 256
MOST = 150


@dataclass
class Score:
    """Sums over photos; see `row`."""

    bins: int
    # Pixels by nearest true bin and whole ab error.
    counts: NDArray[np.float64] = field(init=False)
    psnr: list[float] = field(default_factory=list)
    colour: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counts = np.zeros((self.bins, MOST + 1))

    def add(self, ab: Plane, lab: Plane, nearest: NDArray[np.int64]) -> None:
        error = np.linalg.norm(ab - lab[..., 1:], axis=2)
        whole = np.minimum(np.ceil(error), MOST).astype(int)
        np.add.at(self.counts, (nearest.ravel(), whole.ravel()), 1)
        made = cv2.cvtColor(np.dstack([lab[..., :1], ab]), cv2.COLOR_Lab2RGB)
        true = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
        self.psnr.append(-10 * np.log10(max(1e-10, float(np.mean((made - true) ** 2)))))
        self.colour.append(colourfulness(np.clip(made, 0, 1).astype(np.float64) * 255))

    def row(self) -> tuple[float, float, float, float]:
        """AuC over ab error 0..150 in percent, plain and class-rebalanced (each of the bins that
        occur counts the same); mean PSNR in dB; mean colourfulness."""
        plain = np.cumsum(self.counts.sum(0)) / self.counts.sum()
        seen = self.counts[self.counts.sum(1) > 0]
        balanced = (np.cumsum(seen, axis=1) / seen.sum(1, keepdims=True)).mean(0)
        return (
            float(100 * plain.mean()),
            float(100 * balanced.mean()),
            float(np.mean(self.psnr)),
            float(np.mean(self.colour)),
        )


def colourfulness(rgb: NDArray[np.floating]) -> float:
    """Hasler and Suesstrunk 2003, of (h, w, 3) 0..255."""
    r, g, b = np.moveaxis(rgb, 2, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def measure(
    answers: nn.Module, bins: torch.Tensor, photos: Iterable[Pixels], ends: list[float]
) -> dict[str, tuple[float, float, float, float]]:
    """A row for each vividness in `ends`, for no colour at all, and for the truth."""
    encoding = SoftEncoding(bins)
    scores = {name: Score(len(bins)) for name in ["grey", *map(str, ends), "truth"]}
    for rgb in photos:
        height, width = fit(rgb.shape[0], rgb.shape[1], SIDE, 4 * SIDE, 32)
        lab = lab_of(shrink(rgb, height, width))  # type: ignore[arg-type]
        truth = torch.from_numpy(lab[..., 1:].copy()).permute(2, 0, 1)[None]
        nearest = encoding(truth)[0][0, 0].numpy()
        with torch.no_grad():
            vivid, faithful, _ = answers(torch.from_numpy(lab[..., 0].copy())[None, None])
        scores["grey"].add(np.zeros_like(lab[..., 1:]), lab, nearest)
        scores["truth"].add(lab[..., 1:], lab, nearest)
        for end in ends:
            mixed = faithful + end * (vivid - faithful)
            ab = mixed[0].permute(1, 2, 0).numpy()
            ab = cv2.resize(ab, (width, height), interpolation=cv2.INTER_LINEAR)
            scores[str(end)].add(ab, lab, nearest)  # type: ignore[arg-type]
    return {name: score.row() for name, score in scores.items()}
