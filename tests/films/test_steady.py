"""Colours that stay with what they are of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import cv2
import numpy as np
import pytest

from colorize.engine.doubt import Doubt
from colorize.engine.networks import Prediction
from colorize.engine.planes import Plane
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Bytes, Film
from colorize.engine.video.options import FilmOptions

HEIGHT, WIDTH = 96, 128


@dataclass
class Nervous:
    """Says the red of each frame anew, from -20 to 20."""

    name: str = "nervous"
    input_side: int = 64
    doubt: Doubt = field(default_factory=Doubt)
    asked: int = 0

    def predict(self, L: Plane) -> Prediction:
        self.asked += 1
        height, width = L.shape[0] // 4, L.shape[1] // 4
        ab = np.zeros((height, width, 2), np.float32)
        ab[..., 0] = 20 if self.asked % 2 else -20
        return Prediction(ab, None, None)


class LeftAndRight(Nervous):
    """What is lighter than the middle is red, what is darker is green."""

    def predict(self, L: Plane) -> Prediction:
        self.asked += 1
        small = cv2.resize(L, (L.shape[1] // 4, L.shape[0] // 4), interpolation=cv2.INTER_AREA)
        ab = np.zeros((*small.shape, 2), np.float32)
        ab[..., 0] = np.where(small > 50, 30, -30)
        return Prediction(ab, None, None)


def noise(seed: int) -> Bytes:
    """A picture with something to hold on to everywhere."""
    dice = np.random.default_rng(seed)
    coarse = dice.integers(30, 220, (12, 16)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))


def colours(network: Nervous, *, best: bool = False) -> FilmColours:
    return FilmColours(network, FilmOptions(best=best), Film(WIDTH, HEIGHT))


def reds(lumas: Iterator[Bytes], network: Nervous, *, best: bool = False) -> list[float]:
    return [float(chroma.v.mean()) for chroma in colours(network, best=best).run(lumas)]


@pytest.mark.parametrize("best", [False, True])
def test_what_stands_still_keeps_its_colour(best: bool) -> None:
    """Though the network changes its mind from frame to frame, by 30 of chroma."""
    shown = reds(iter([noise(1)] * 24), Nervous(), best=best)
    later = np.abs(np.diff(shown[12:]))
    assert len(shown) == 24 and later.max() < 5


def test_usually_the_network_sees_every_second_frame() -> None:
    network = Nervous()
    reds(iter([noise(1)] * 10), network)
    assert network.asked == 5


def test_after_a_cut_nothing_of_the_last_shot_is_left() -> None:
    dark, light = noise(1) // 3, noise(2) // 3 + 160
    shown = reds(iter([dark] * 8 + [light] * 4), LeftAndRight())
    alone = reds(iter([light] * 4), LeftAndRight())
    assert shown[8:] == pytest.approx(alone, abs=0.5)
    assert abs(shown[7] - shown[8]) > 5


@pytest.mark.parametrize("best", [False, True])
def test_colours_go_along_with_what_moves(best: bool) -> None:
    """A camera that turns: in between the network's answers, too, each place has its colour."""
    scene = np.asarray(cv2.resize(noise(3), (2 * WIDTH, HEIGHT)), np.uint8)
    lumas = [np.ascontiguousarray(scene[:, at : at + WIDTH]) for at in range(0, 48, 2)]
    shown = [chroma.v for chroma in colours(LeftAndRight(), best=best).run(iter(lumas))]
    answered = FilmColours(LeftAndRight(), FilmOptions(), Film(WIDTH, HEIGHT))
    alone = [next(answered.run(iter([luma]))).v for luma in lumas[-6:]]
    apart = [
        np.abs(one.astype(int) - other).mean() for one, other in zip(shown[-6:], alone, strict=True)
    ]
    assert max(apart) < 8


@pytest.mark.parametrize("best", [False, True])
def test_it_reads_ahead_no_further_than_it_says(best: bool) -> None:
    read = 0

    def lumas() -> Iterator[Bytes]:
        nonlocal read
        for _ in range(40):
            read += 1
            yield noise(1)

    for number, _ in enumerate(islice(colours(Nervous(), best=best).run(lumas()), 20), 1):
        assert read - number <= 16


def test_light_that_flashes_up_is_no_cut() -> None:
    """The colours come back with what was there before."""
    still, flash = noise(1), np.minimum(noise(1).astype(int) + 25, 255).astype(np.uint8)
    network = Nervous()
    reds(iter([still, still, flash, still, still, still]), network)
    assert network.asked == 3
