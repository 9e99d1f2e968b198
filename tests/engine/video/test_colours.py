"""The colours of films: that they are those asked for, and that the luma stays."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Bytes, Chroma, Film, Matrix
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import SHARES, chroma
from tests.fakes import FakeNetwork

FILM = Film(96, 64)
FAITHFUL = FilmOptions(vividness=0)


def shown(luma: float, uv: Chroma, film: Film) -> NDArray[np.float64]:
    """The red, green and blue, 0..1, that a player makes of a frame of one colour."""
    red, blue = SHARES[film.matrix]
    u, v = (float(plane[0, 0]) - 128 for plane in uv)
    grey, scale = (luma / 255, 255) if film.full_range else ((luma - 16) / 219, 224)
    r, b = grey + v / scale * (2 - 2 * red), grey + u / scale * (2 - 2 * blue)
    return np.array([r, (grey - red * r - blue * b) / (1 - red - blue), b])


def flat(value: int, film: Film = FILM) -> Bytes:
    return np.full((film.height, film.width), value, np.uint8)


@pytest.mark.parametrize("matrix", Matrix)
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("luma", [70, 110, 170])
@pytest.mark.parametrize("ab", [(0, 0), (20, 30), (-20, 25), (13, -21), (35, 10)])
def test_colours_are_those_asked_for(
    matrix: Matrix, full_range: bool, luma: int, ab: tuple[float, float]
) -> None:
    film = replace(FILM, matrix=matrix, full_range=full_range)
    uv = chroma(flat(luma), np.full((16, 24, 2), ab, np.float32), film)
    assert all(np.ptp(plane) == 0 for plane in uv)
    lab = cv2.cvtColor(shown(luma, uv, film).astype(np.float32)[None, None], cv2.COLOR_RGB2Lab)
    assert np.hypot(*(lab[0, 0, 1:] - ab)) < 1.5


def test_each_pixel_gets_the_chroma_of_its_own_luma() -> None:
    ab, ramp = np.full((16, 24, 2), (13, -21), np.float32), np.arange(40, 232, 2, dtype=np.uint8)
    across = chroma(np.tile(ramp.repeat(2), (64, 1)), ab, replace(FILM, width=192))
    for column, value in enumerate(ramp):
        alone = chroma(flat(int(value)), ab, FILM)
        for found, wanted in zip(across, alone, strict=True):
            assert (found[:, column] == wanted[0, 0]).all()


@pytest.mark.parametrize("matrix", Matrix)
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("luma", [0, 16, 30, 220, 240, 255])
def test_colours_that_no_screen_has_are_made_paler_so_that_the_luma_stays(
    matrix: Matrix, full_range: bool, luma: int
) -> None:
    film = replace(FILM, matrix=matrix, full_range=full_range)
    for ab in [(90, 60), (-80, 70), (20, -100)]:
        uv = chroma(flat(luma), np.full((16, 24, 2), ab, np.float32), film)
        grey = luma / 255 if full_range else np.clip((luma - 16) / 219, 0, 1)
        inside = np.clip(shown(luma, uv, film), 0, 1)
        red, blue = SHARES[matrix]
        assert inside @ [red, 1 - red - blue, blue] == pytest.approx(grey, abs=0.01)


def test_without_colour_it_stays_grey() -> None:
    colours = FilmColours(FakeNetwork((0, 0)), FAITHFUL, FILM)
    lumas = [np.random.default_rng(0).integers(0, 256, (64, 96), np.uint8)] * 3
    assert all((plane == 128).all() for uv in colours.run(lumas) for plane in uv)


@pytest.mark.parametrize(("width", "height"), [(97, 65), (96, 65), (33, 200), (16, 16), (3, 2)])
def test_odd_and_tiny_sides(width: int, height: int) -> None:
    film = replace(FILM, width=width, height=height)
    (uv,) = FilmColours(FakeNetwork(), FAITHFUL, film).run([flat(120, film)])
    assert uv.u.shape == uv.v.shape == ((height + 1) // 2, (width + 1) // 2)
    assert np.ptp(uv.u) == np.ptp(uv.v) == 0


def test_vividness_is_that_of_photos() -> None:
    (given,) = FilmColours(FakeNetwork(), FilmOptions(vividness=0.5), FILM).run([flat(120)])
    (same,) = FilmColours(FakeNetwork((15, 30)), FAITHFUL, FILM).run([flat(120)])
    assert (given.u == same.u).all()
    assert (given.v == same.v).all()


def test_a_network_without_vividness_and_confidence() -> None:
    network = FakeNetwork(vivid=None, confidence=None)
    colours = FilmColours(network, FilmOptions(vividness=1), FILM)
    assert len(list(colours.run([flat(120)] * 4))) == 4
    assert colours.confidence is None


def test_confidence_is_the_mean() -> None:
    colours = FilmColours(FakeNetwork(confidence=0.75), FAITHFUL, FILM)
    ramp = np.tile(np.linspace(16, 235, 96).astype(np.uint8), (64, 1))
    list(colours.run([ramp] * 4))
    assert colours.confidence == pytest.approx(0.75)
