"""Colour hints: what they are written like, and what they do to a picture."""

import json
from dataclasses import replace

import numpy as np
import pytest

from colorize.engine.errors import BadOption
from colorize.engine.hint_layers import hint_layers
from colorize.engine.hint_spread import Cells, hinted
from colorize.engine.hints import MOST_HINTS, hints_of
from colorize.engine.networks import Prediction
from colorize.engine.options import Options, written
from colorize.engine.planes import Plane
from colorize.engine.predict import predict
from tests.fakes import FakeNetwork, HintableNetwork

GREEN = "#446622"


def half_dark() -> Plane:
    """Dark on the left, light on the right."""
    L = np.full((64, 64), 20, np.float32)
    L[:, 32:] = 80
    return L


def with_hints(text: str) -> tuple[Prediction, Prediction]:
    """Before and after."""
    predicted = predict(half_dark(), HintableNetwork())
    return predicted.prediction, predicted.hinted(hints_of(text)).prediction


def test_hints_are_kept_in_one_way() -> None:
    hints = hints_of(" 0.3,0.50,#44AA22\n0.70001,.2,Grey ")
    assert written(hints) == "0.3,0.5,#44aa22 0.7,0.2,grey"
    assert written(hints_of("  ")) == ""
    options = Options(hints=hints)
    assert Options.stored(json.loads(json.dumps(options.as_dict()))) == options


def test_a_line_is_one_hint_of_many_places() -> None:
    text = "0.1,0.5,0.12,0.52,0.2,0.6,#446622"
    (line,) = hints_of(text)
    assert line.places == ((0.1, 0.5), (0.12, 0.52), (0.2, 0.6)) and str(line) == text
    assert line.as_dict()["path"] == [[0.12, 0.52], [0.2, 0.6]]
    options = Options(hints=(line,))
    assert Options.stored(json.loads(json.dumps(options.as_dict()))) == options


def test_a_line_colours_like_a_hint_at_each_of_its_places() -> None:
    _, line = with_hints(f"0.1,0.3,0.1,0.5,0.9,0.7,{GREEN} 0.9,0.7,grey")
    apart = " ".join(f"{place},{GREEN}" for place in ("0.1,0.3", "0.1,0.5"))
    _, points = with_hints(f"{apart} 0.9,0.7,grey")
    assert np.array_equal(line.ab_faithful, points.ab_faithful)


@pytest.mark.parametrize(
    "text",
    [
        "red",
        "0.1,grey",
        "0.1,0.2,0.3,grey",
        "0.1,0.2,0.3,1.2,grey",
        "grey",
        "0.1,0.2",
        "0.1,0.2,red",
        "1.1,0,grey",
        "-1,0,grey",
        "nan,0,grey",
        "0.1,0.2,#fff",
    ],
)
def test_what_is_no_hint_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        hints_of(text)


def test_there_are_not_too_many() -> None:
    assert hints_of(" ".join(["0,0,grey"] * MOST_HINTS))
    with pytest.raises(ValueError, match="201 hints"):
        hints_of(" ".join(["0,0,grey"] * (MOST_HINTS + 1)))
    with pytest.raises(ValueError, match="201 hints"):
        hints_of("0,0," * MOST_HINTS + "grey 1,1,grey")


def test_a_hint_colours_its_place_and_what_is_alike() -> None:
    before, after = with_hints(f"0.1,0.5,{GREEN}")
    wanted = np.array(hints_of(f"0,0,{GREEN}")[0].ab)
    dark, light = after.ab_faithful[4, 5], after.ab_faithful[4, 14]
    assert np.abs(after.ab_faithful[8, 1] - wanted).max() < 5
    assert np.abs(dark - wanted).max() < 12
    assert np.abs(light - before.ab_faithful[4, 14]).max() < np.abs(dark - (10, 20)).max() / 2


def test_a_hint_counts_at_any_vividness() -> None:
    _, after = with_hints(f"0.1,0.5,{GREEN}")
    for vividness in (0, 0.5, 1):
        wanted = np.array(hints_of(f"0,0,{GREEN}")[0].ab)
        assert np.abs(after.ab(vividness)[8, 1] - wanted).max() < 8


def test_grey_takes_colour_away_and_keep_leaves_it() -> None:
    before, grey = with_hints("0.1,0.5,grey")
    assert np.abs(grey.ab_faithful[8, 1]).max() < 3
    _, kept = with_hints("0.1,0.5,keep")
    assert np.array_equal(kept.ab_faithful, before.ab_faithful)
    _, both = with_hints("0.1,0.5,grey 0.4,0.5,keep")
    assert np.abs(both.ab_faithful[8, 6]).max() > 2 * np.abs(grey.ab_faithful[8, 6]).max()


def test_many_hints_on_one_spot_do_no_harm() -> None:
    _, after = with_hints(" ".join(f"0.1,0.5,{GREEN}" for _ in range(MOST_HINTS)))
    assert np.isfinite(after.ab_faithful).all()
    assert np.abs(after.ab_faithful).max() < 60


@pytest.mark.parametrize("variance", [0, 5000])
def test_a_hint_counts_at_its_place_however_sure_the_network_is(variance: float) -> None:
    predicted = predict(half_dark(), HintableNetwork())
    prediction = predicted.prediction
    assert prediction.variance is not None
    unsure = prediction.variance.copy()
    unsure[8, 1] = variance
    less_sure = replace(prediction, variance=unsure)
    after = hinted(less_sure, Cells.of(less_sure, predicted.guide), hints_of(f"0.1,0.5,{GREEN}"))
    wanted = np.array(hints_of(f"0,0,{GREEN}")[0].ab)
    missed = np.abs(after.ab_faithful[8, 1] - wanted)
    assert (missed < 0.05 * np.abs(prediction.ab_faithful[8, 1] - wanted)).all()


def test_hints_in_a_border_are_left_out() -> None:
    predicted = predict(half_dark(), HintableNetwork())
    hints = hints_of(f"0.05,0.5,{GREEN}")
    inside = (0.1, 0.1, 0.9, 0.9)
    found = hinted(predicted.prediction, predicted.cells, hints, inside)
    assert found is predicted.prediction


def test_a_network_without_features_takes_no_hints() -> None:
    predicted = predict(half_dark(), FakeNetwork())
    with pytest.raises(BadOption, match="takes no colour hints"):
        predicted.hinted(hints_of("0,0,grey"))
    assert hint_layers(predicted, 1) is None
