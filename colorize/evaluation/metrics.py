"""The metrics of one way of colouring, over photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane
from colorize.evaluation.bins import CENTRES, nearest_bin
from colorize.evaluation.classes import Judge
from colorize.evaluation.colours import Colours, Painting, colours_of, painting

# The short side at which photos are measured, in pixels, and the largest ab error that counts.
SIDE = 256
MOST = 150


@dataclass(frozen=True)
class Row:
    """AuC of the ab error over 0..150 in percent, plain and class-rebalanced; PSNR in dB and SSIM
    of the colour picture against the truth; colourfulness (Hasler, Suesstrunk 2003); mean chroma
    in Lab units; milliseconds a photo, None if nothing was computed; the classifier's accuracy in
    percent, None if no photo has a class; the comparison of colours; the number of photos."""

    auc: float
    auc_rebalanced: float
    psnr: float
    ssim: float
    colourfulness: float
    chroma: float
    milliseconds: float | None
    top1: float | None
    colours: Colours
    photos: int


class Errors:
    """Add pixels, then read the areas under the curve."""

    def __init__(self) -> None:
        # Number of pixels by true bin and by ab error, rounded up to whole units.
        self.counts = np.zeros((len(CENTRES), MOST + 1))

    def add(self, ab: Plane, truth: Plane) -> None:
        """Add predicted and true ab: (..., 2)."""
        whole = np.minimum(np.ceil(np.linalg.norm(ab - truth, axis=-1)), MOST).astype(int)
        cells = nearest_bin(truth) * (MOST + 1) + whole
        found = np.bincount(cells.ravel(), minlength=self.counts.size)
        self.counts += found.reshape(self.counts.shape)

    def auc(self) -> float:
        """The share of pixels within each error from 0 to 150, averaged over the errors."""
        return area(self.counts.sum(axis=0))

    def auc_rebalanced(self) -> float:
        """The same, with each pixel weighted by the inverse frequency of its true bin, so that all
        bins count alike."""
        seen = self.counts[self.counts.sum(axis=1) > 0]
        return area((seen / seen.sum(axis=1, keepdims=True)).sum(axis=0))


class Score:
    """Add photos, then read the row. `judge` classifies a photo; see classes.py."""

    def __init__(self, judge: Judge | None = None) -> None:
        self.judge = judge
        self.named: list[bool] = []
        self.errors = Errors()
        self.pictures: list[tuple[float, float, float, float]] = []
        self.paintings: list[Painting] = []
        self.milliseconds: list[float] = []

    @classmethod
    def of_all(cls, scores: Iterable["Score"]) -> "Score":
        """The sum of several scores."""
        whole = cls()
        for score in scores:
            whole.errors.counts += score.errors.counts
            whole.named += score.named
            whole.pictures += score.pictures
            whole.paintings += score.paintings
            whole.milliseconds += score.milliseconds
        return whole

    def add(
        self,
        ab: Plane,
        truth: Plane,
        milliseconds: float | None = None,
        kind: str | None = None,
    ) -> None:
        """Add a photo: the predicted `ab` (h, w, 2), `truth` (h, w, 3) in Lab, its class `kind`."""
        self.errors.add(ab, truth[..., 1:])
        lab = np.dstack([truth[..., :1], ab])
        made, true = to_rgb(lab), to_rgb(truth)
        chroma, colour = float(np.linalg.norm(ab, axis=2).mean()), colourfulness(made)
        self.pictures.append((psnr(made, true), ssim(made, true), colour, chroma))
        self.paintings.append(painting(lab, truth, colour, colourfulness(true)))
        if milliseconds is not None:
            self.milliseconds.append(milliseconds)
        if self.judge and kind:
            self.named.append(self.judge(made) == kind)

    def row(self) -> Row:
        """Raises ValueError if no photo was added."""
        if not self.pictures:
            raise ValueError("no photo was measured")
        psnr, ssim, colour, chroma = (fmean(column) for column in zip(*self.pictures, strict=True))
        time = median(self.milliseconds) if self.milliseconds else None
        top1 = 100 * fmean(self.named) if self.named else None
        return Row(
            auc=self.errors.auc(),
            auc_rebalanced=self.errors.auc_rebalanced(),
            psnr=psnr,
            ssim=ssim,
            colourfulness=colour,
            chroma=chroma,
            milliseconds=time,
            top1=top1,
            colours=colours_of(self.paintings),
            photos=len(self.pictures),
        )


def area(histogram: NDArray[np.float64]) -> float:
    return float(100 * (np.cumsum(histogram) / histogram.sum()).mean())


def to_rgb(lab: Plane) -> NDArray[np.float64]:
    """(h, w, 3) Lab -> sRGB 0..1, clipped to the gamut."""
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0, 1).astype(np.float64)


def psnr(made: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """In dB, at most 60, which identical pictures get."""
    error = float(np.mean((made - true) ** 2))
    return float(-10 * np.log10(max(1e-6, error)))


def ssim(made: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """Mean structural similarity of the three channels (Wang et al. 2004: Gaussian window of
    sigma 1.5, K 0.01 and 0.03)."""

    def mean(picture: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(picture, (11, 11), 1.5), np.float64)

    a, b = mean(made), mean(true)
    spread_a, spread_b = mean(made * made) - a * a, mean(true * true) - b * b
    together = mean(made * true) - a * b
    likeness = ((2 * a * b + 1e-4) * (2 * together + 9e-4)) / (
        (a * a + b * b + 1e-4) * (spread_a + spread_b + 9e-4)
    )
    return float(likeness.mean())


def colourfulness(rgb: NDArray[np.float64]) -> float:
    """Colourfulness of sRGB 0..1, on the usual scale of 0..255."""
    r, g, b = np.moveaxis(255 * rgb, 2, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))
