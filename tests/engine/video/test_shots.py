"""Where shots begin: at cuts, and neither in fast motion nor at flashes."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from colorize.engine.video.film import Bytes
from colorize.engine.video.shots import Frame, shots

HEIGHT, WIDTH = 96, 160
WHITE = np.full((HEIGHT, WIDTH), 235, np.uint8)


def landscape(seed: int, width: int = WIDTH) -> Bytes:
    """Something to see in every part of the picture, at every size."""
    random = np.random.default_rng(seed)
    grey = np.full((HEIGHT, width), 128.0)
    for size in (4, 8, 48):
        coarse = random.normal(0, 8 * size**0.5, (HEIGHT // size, width // size))
        grey += cv2.resize(coarse, (width, HEIGHT))
    return as_bytes(grey)


def as_bytes(grey: NDArray[Any]) -> Bytes:
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def pan(step: int, frames: int = 12, seed: int = 1) -> list[Bytes]:
    """A camera that turns by so many pixels from frame to frame."""
    wide = landscape(seed, WIDTH + step * frames)
    return [np.ascontiguousarray(wide[:, at : at + WIDTH]) for at in range(0, step * frames, step)]


def dissolve(frames: int) -> list[Bytes]:
    shares = np.linspace(0, 1, frames)
    old, new = landscape(1).astype(float), landscape(2).astype(float)
    return [as_bytes((1 - share) * old + share * new) for share in shares]


def found(greys: list[Bytes]) -> tuple[list[int], list[int]]:
    """The numbers of frames that start a shot, and of flashes."""
    frames = [Frame(grey, grey.astype(np.float32), grey) for grey in greys]
    told = list(enumerate(shots(frames)))
    return [n for n, one in told if one.starts], [n for n, one in told if one.flash]


@pytest.mark.parametrize("step", [2, 8, 16])
def test_a_pan_is_one_shot_however_fast(step: int) -> None:
    assert found(pan(step)) == ([0], [])


def test_a_cut_in_a_pan_starts_a_shot() -> None:
    assert found(pan(8) + pan(8, seed=2)) == ([0, 12], [])


@pytest.mark.parametrize("at", [1, 2, 9, 11])
def test_a_cut_starts_a_shot(at: int) -> None:
    assert found([landscape(1)] * at + [landscape(2)] * (12 - at)) == ([0, at], [])


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_shots_of_few_frames_are_shots(frames: int) -> None:
    greys = [landscape(1)] * 6 + [landscape(2)] * frames + [landscape(3)] * 6
    assert found(greys) == ([0, 6, 6 + frames], [])


@pytest.mark.parametrize("frames", [1, 2])
def test_a_flash_starts_none(frames: int) -> None:
    greys = [landscape(1)] * 6 + [WHITE] * frames + [landscape(1)] * 6
    assert found(greys) == ([0], list(range(6, 6 + frames)))


def test_a_flash_in_a_pan_starts_none() -> None:
    greys = pan(4)
    greys[6] = WHITE
    assert found(greys) == ([0], [6])


@pytest.mark.parametrize("frames", [12, 24])
def test_a_dissolve_starts_none(frames: int) -> None:
    """Its colours go over slowly, too."""
    assert found([landscape(1)] * 4 + dissolve(frames) + [landscape(2)] * 4) == ([0], [])


def test_light_that_flickers_starts_none() -> None:
    light = np.random.default_rng(0).uniform(0.7, 1.2, 24)
    assert found([as_bytes(landscape(1) * share) for share in light]) == ([0], [])
