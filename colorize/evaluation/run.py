"""Compares networks with the truth, photo by photo."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from colorize.engine.formats import PHOTO_ENDINGS
from colorize.engine.networks import Network
from colorize.engine.opened import srgb_picture
from colorize.engine.photo import guarded, read_file
from colorize.engine.planes import Plane, fit, resize
from colorize.engine.predict import predict
from colorize.evaluation.advice import Advice
from colorize.evaluation.classes import IDS, Judge, class_of
from colorize.evaluation.framing import Framing
from colorize.evaluation.hints import Reach, with_hints
from colorize.evaluation.metrics import SIDE, Row, Score
from colorize.evaluation.patches import Look, Looks
from colorize.evaluation.reliability import Reliability
from colorize.evaluation.sizes import Spread
from colorize.evaluation.tones import Tones
from colorize.evaluation.turned import Turned


@dataclass(frozen=True)
class Sample:
    """A photo to measure: its path in the folder, its class if it has one, (h, w, 3) Lab, and, if
    sizes are compared, its L at the size they need."""

    name: str
    kind: str | None
    truth: Plane
    large: Plane | None

    @property
    def source(self) -> str:
        """The subfolder that the photo comes from; "." for the folder itself, and for folders named
        after ImageNet classes, which are one source in a thousand parts."""
        first = Path(self.name).parts[0]
        return "." if first == self.name or first in IDS else first


@dataclass(frozen=True)
class Example:
    """One photo with one network's result, for the gallery. All planes have the same size."""

    name: str
    network: str
    truth: Plane
    ab: Plane
    confidence: Plane | None


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Each network is measured at each vividness of `ends`. The first is 0, because the confidence is
    about the faithful colours; the middle one is shown. `truth` False: the photos are black and
    white, so only looks and sizes can be measured. `sizes`: input sizes to compare. `tones`: the
    photos are faces. `framed`: also measure framed copies. `turned`: the photos are upright
    positives, and turned and inverted copies of them are to be noticed. `hints`: also measure how
    far colour hints reach. `judge`: classifies a photo. `stretch`: as in `predict`.
    """

    ends: Sequence[float]
    stretch: bool = True
    truth: bool = True
    sizes: Sequence[int] = ()
    tones: bool = False
    turned: bool = False
    framed: bool = False
    hints: bool = False
    judge: Judge | None = None

    @property
    def shown(self) -> float:
        return self.ends[len(self.ends) // 2]


def photos_in(folder: Path) -> list[Path]:
    named = (path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_ENDINGS)
    return sorted(path for path in named if not path.is_dir())


def read_sample(path: Path, folder: Path, sizes: Sequence[int]) -> Sample:
    """Raises OSError if the file cannot be read, Damaged if the photo in it cannot."""
    data = path.read_bytes()
    return Sample(
        name=str(path.relative_to(folder)),
        kind=class_of(path),
        truth=guarded(lambda: read_lab(data)),
        large=guarded(lambda: read_large(data, max(sizes))) if sizes else None,
    )


def with_others(samples: Iterable[Sample]) -> Iterator[tuple[Sample, Sample | None]]:
    """Each sample with the next one, and the last with the first; a single one with None.

    Keeps at most three in memory.
    """
    rest = iter(samples)
    if (first := next(rest, None)) is None:
        return
    here = first
    for following in rest:
        yield here, following
        here = following
    yield here, None if here is first else first


def read_lab(data: bytes, side: int = SIDE) -> Plane:
    """(h, w, 3) Lab of a colour photo, scaled to a short side of this many pixels.

    Enlarges smoothly: a classifier recognises only half as many photos that are in blocks.
    """
    with read_file(data).open() as image:
        picture = srgb_picture(image).convert("RGB")
    height, width = fit(picture.height, picture.width, side, 4 * side)
    how = Image.Resampling.BICUBIC if width > picture.width else Image.Resampling.BOX
    rgb = picture.resize((width, height), how)
    colour = np.asarray(rgb, np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2Lab), np.float32)


def read_large(data: bytes, side: int) -> Plane:
    """L with a short side of this many pixels, never enlarged."""
    with read_file(data).open() as image:
        side = min(side, *image.size)
    return np.ascontiguousarray(read_lab(data, side)[..., 0])


class Evaluation:
    """Networks and the rows Gray, Random (another photo's colours) and Ground truth.

    A network without vividness is measured once. `show` gets each example for the gallery.
    """

    def __init__(
        self,
        networks: list[Network],
        plan: Plan,
        show: Callable[[Example], None] | None = None,
    ) -> None:
        self.networks, self.plan, self.show = networks, plan, show
        # By row name, then by the source of the photo.
        self.scores: dict[str, dict[str, Score]] = {}
        self._looks: dict[str, Looks] = {}
        self.tones: dict[str, Tones] = {}
        self.turned: dict[str, Turned] = {}
        # For networks with a vividness setting.
        self.advice: dict[str, Advice] = {}
        # For networks with a confidence.
        self.reliability: dict[str, Reliability] = {}
        self.framings: dict[str, Framing] = {}
        # By row name, for networks that take hints.
        self.reaches: dict[str, Reach] = {}
        self.spreads = {network.name: Spread(plan.sizes, plan.shown) for network in networks}

    def rows(self) -> dict[str, Row]:
        return {name: Score.of_all(each.values()).row() for name, each in self.scores.items()}

    def sources(self) -> dict[str, dict[str, Row]]:
        """The rows by source; empty if there is only one source."""
        if len(next(iter(self.scores.values()), {})) < 2:
            return {}
        return {
            name: {source: each[source].row() for source in sorted(each)}
            for name, each in self.scores.items()
        }

    def looks(self) -> dict[str, Look]:
        return {name: looks.look() for name, looks in self._looks.items()}

    def add(self, sample: Sample, other: Sample | None) -> None:
        """Add a photo, with another one for random colours if there is one."""
        truth = sample.truth
        for network in self.networks:
            self.add_network(network, sample)
            if sample.large is not None:
                self.spreads[network.name].add(network, sample.large, truth.shape[:2])
            if self.plan.turned:
                L = np.ascontiguousarray(truth[..., 0])
                self.turned.setdefault(network.name, Turned()).add(network, L)
        if self.plan.truth:
            self.score("Gray", np.zeros_like(truth[..., 1:]), sample)
            if other:
                random = resize(other.truth[..., 1:], *truth.shape[:2])
                self.score("Random", random, sample)
            self.score("Ground truth", truth[..., 1:], sample)

    def add_network(self, network: Network, sample: Sample) -> None:
        start, truth = time.perf_counter(), sample.truth
        L = np.ascontiguousarray(truth[..., 0])
        predicted = predict(L, network, stretch=self.plan.stretch)
        prediction = predicted.prediction
        ends = {f"{network.name}, vividness {end:g}": end for end in self.plan.ends}
        if prediction.ab_vivid is None:
            ends = {network.name: 0.0}
        planes = [predicted.mix(end)[0] for end in ends.values()]
        milliseconds = 1000 * (time.perf_counter() - start)
        for row, ab in zip(ends, planes, strict=True):
            self.score(row, ab, sample, milliseconds)
        if self.plan.truth and prediction.ab_vivid is not None:
            self.advice.setdefault(network.name, Advice()).add(planes[0], planes[-1], truth)
        if self.plan.hints and prediction.takes_hints:
            steps = with_hints(sample.name, predicted, truth)
            for row, end in ends.items():
                self.reaches.setdefault(row, Reach(end)).add(steps, truth)
        if self.plan.framed:
            framing = self.framings.setdefault(network.name, Framing(list(ends.values())[-1]))
            framing.add(network, sample.name, truth, planes[-1])
        confidence = None
        if prediction.confidence is not None:
            confidence = resize(prediction.confidence, *truth.shape[:2])
            error = np.linalg.norm(planes[0] - truth[..., 1:], axis=2)
            self.reliability.setdefault(network.name, Reliability()).add(confidence, error)
        if self.show:
            middle = planes[len(planes) // 2]
            self.show(Example(sample.name, network.name, truth, middle, confidence))

    def score(
        self, name: str, ab: Plane, sample: Sample, milliseconds: float | None = None
    ) -> None:
        truth = sample.truth
        self._looks.setdefault(name, Looks()).add(np.ascontiguousarray(truth[..., 0]), ab)
        if self.plan.truth:
            scores = self.scores.setdefault(name, {})
            score = scores.setdefault(sample.source, Score(self.plan.judge))
            score.add(ab, truth, milliseconds, sample.kind)
        if self.plan.tones:
            self.tones.setdefault(name, Tones()).add(ab, truth)
