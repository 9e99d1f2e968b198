"""A negative is made positive where that is asked for."""

import numpy as np

from colorize.engine import pipeline
from colorize.engine.limits import Limits
from colorize.engine.negatives import make_positive
from colorize.engine.options import Options
from tests.fakes import FakeNetwork
from tests.photos import opened, photo

GREY = FakeNetwork(faithful=(0, 0), vivid=(0, 0))


def test_a_negative_comes_back_as_a_positive() -> None:
    """Inverted, its darkest part white and its lightest black."""
    pixels = np.tile(np.linspace(60, 200, 128).astype(np.uint8), (96, 1))
    pixels[:40] = 50
    made = pipeline.colorize(photo("PNG", pixels), GREY, Options(negative=True), Limits())
    grey = np.asarray(opened(made.content).convert("L"), int)
    assert grey[:30].mean() > 250 and grey[60:, -3:].mean() < 12
    assert (np.diff(grey[80, 10:118:12]) < 0).all()


def test_a_flat_negative_is_not_made_a_picture_of_noise() -> None:
    L = np.random.default_rng(3).normal(50, 2, (64, 64)).astype(np.float32)
    before = L.std()
    make_positive(L)
    assert L.std() < 2.6 * before


def test_the_inverse_of_an_inverted_photo_is_the_photo() -> None:
    L = np.tile(np.linspace(0, 100, 64, dtype=np.float32), (64, 1))
    inverted = 100 - L
    make_positive(inverted)
    assert np.abs(inverted - L).max() < 1


def test_a_bright_middle_as_of_film_is_lowered() -> None:
    """Most of the scan is dark, so most of its plain inversion would be glaring."""
    L = np.tile(np.concatenate([np.linspace(5, 30, 48), np.linspace(30, 95, 16)]), (64, 1))
    L = L.astype(np.float32)
    stretched = (95 - L) / 0.9
    make_positive(L)
    assert np.median(L) < np.median(stretched) - 5
    assert L.min() < 1 and L.max() > 99
