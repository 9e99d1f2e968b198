"""Likely colours of a place, and what they are called."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from colorize.engine import networks
from colorize.engine.colour_names import name_of
from colorize.engine.hint_layers import hint_layers
from colorize.engine.hints import Hint
from colorize.engine.likely_colours import Likely, likely_grid
from colorize.engine.networks import Prediction
from colorize.engine.networks.bins import CENTRES
from colorize.engine.planes import Plane
from colorize.engine.predict import predict
from tests.conftest import ROOT
from tests.fakes import FakeNetwork, HintableNetwork

BLUE, ORANGE, GREEN = (-10, -30), (20, 50), (-30, 30)


def half_dark() -> Plane:
    """Dark on the left, light on the right, and all greys above, so that nothing is faded."""
    L = np.full((64, 64), 30, np.float32)
    L[:, 32:] = 72
    L[:4] = np.linspace(0, 100, 64)
    return L


def bin_of(ab: tuple[int, int]) -> int:
    return int(((CENTRES - ab) ** 2).sum(axis=1).argmin())


class ChoosyNetwork(HintableNetwork):
    """Light places are blue, or less likely orange; dark ones are green."""

    def predict(self, L: Plane) -> Prediction:
        readout = np.full((len(CENTRES), 3), -40, np.float32)
        readout[:, 2] = 0
        readout[bin_of(BLUE), 0], readout[bin_of(ORANGE), 0] = 3, 1
        readout[bin_of(GREEN), 1] = 3
        return replace(super().predict(L), readout=readout)


def likely_at(column: int) -> list[Likely]:
    """In the middle row of three by three places."""
    predicted = predict(half_dark(), ChoosyNetwork())
    found = likely_grid(predicted.prediction, predicted.guide)
    assert found is not None and found[:2] == (3, 3)
    return found[2][3 + column]


def names_at(column: int) -> list[str]:
    return [each.name for each in likely_at(column)]


def test_the_likeliest_colour_of_a_place_comes_first() -> None:
    assert names_at(2) == ["light blue", "bright orange"]
    assert names_at(0) == ["deep green"]


def test_a_likely_colour_is_a_hint_of_that_colour() -> None:
    first = likely_at(2)[0]
    assert Hint(0.9, 0.5, first.colour).ab == pytest.approx(BLUE, abs=1)


def test_a_page_gets_them_for_all_places() -> None:
    predicted = predict(half_dark(), ChoosyNetwork())
    layers = hint_layers(predicted, 1)
    assert layers is not None
    likely = layers["likely"]
    assert len(likely["colours"]) == likely["height"] * likely["width"] == 9
    for row in range(3):
        dark, _, light = likely["colours"][3 * row : 3 * row + 3]
        assert [each["name"] for each in dark] == ["deep green"]
        assert [each["name"] for each in light] == ["light blue", "bright orange"]


def test_a_network_that_does_not_tell_has_none() -> None:
    for network in (FakeNetwork(), HintableNetwork()):
        predicted = predict(half_dark(), network)
        assert likely_grid(predicted.prediction, predicted.guide) is None
    layers = hint_layers(predicted, 1)
    assert layers is not None and layers["likely"] is None


@pytest.mark.slow
def test_the_network_has_several_for_every_place_each_with_a_name_of_its_own() -> None:
    L = np.random.default_rng(4).uniform(0, 100, (96, 128)).astype(np.float32)
    predicted = predict(L, networks.load(ROOT / "models", "colornet"))
    layers = hint_layers(predicted, 1)
    assert layers is not None
    for place in layers["likely"]["colours"]:
        names = [each["name"] for each in place]
        assert 1 <= len(names) == len(set(names)) <= 5
    assert np.mean([len(place) for place in layers["likely"]["colours"]]) > 2


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"),
        ("#333333", "dark grey"),
        ("#808080", "grey"),
        ("#ffffff", "white"),
        ("#ff0000", "strong red"),
        ("#800000", "deep red"),
        ("#8b4513", "strong brown"),
        ("#d2b48c", "beige"),
        ("#ffd700", "bright yellow"),
        ("#ffa500", "bright orange"),
        ("#808000", "strong olive"),
        ("#228b22", "strong green"),
        ("#006400", "strong green"),
        ("#008080", "turquoise"),
        ("#87ceeb", "light blue"),
        ("#4682b4", "blue"),
        ("#708090", "greyish blue"),
        ("#000080", "deep blue"),
        ("#800080", "deep purple"),
        ("#ffc0cb", "light pink"),
    ],
)
def test_colours_are_called_what_people_call_them(colour: str, name: str) -> None:
    assert name_of(*lab_of(colour)) == name


def lab_of(colour: str) -> list[float]:
    rgb = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8).astype(np.float32) / 255
    lab: list[float] = cv2.cvtColor(rgb[None, None], cv2.COLOR_RGB2Lab)[0, 0].tolist()
    return lab
