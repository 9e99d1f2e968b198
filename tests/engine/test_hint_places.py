"""Hints stay on what they are about when the shape of the photo changes."""

import json
import shlex
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from colorize.engine.geometry import part_of, shaped_plane
from colorize.engine.hint_places import carried
from colorize.engine.hints import Hint, hints_of
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.management.options import arguments_for
from colorize.web.offers import as_json, offers

SIZE = WIDTH, HEIGHT = 360, 240
SHAPES: list[dict[str, Any]] = [
    {},
    {"turn": 90},
    {"turn": 180, "crop": "10 20 90 95"},
    {"turn": 270, "straighten": 4.5, "crop": "5 5 95 80"},
    {"straighten": -7.0},
    {"crop": "0 0 70 70"},
]


def spot(x: float, y: float) -> Plane:
    """A photo that is dark but for one round spot."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    far = (columns + 0.5 - x * WIDTH) ** 2 + (rows + 0.5 - y * HEIGHT) ** 2
    return (90 * np.exp(-far / 18)).astype(np.float32)


def found(L: Plane, options: Options) -> tuple[float, float]:
    """Where the spot is in the result."""
    result = shaped_plane(L.copy(), part_of(*SIZE, options), options.turn)
    height, width = result.shape
    weights = np.where(result > 1, result, 0)
    rows, columns = np.indices(result.shape) + 0.5
    total = weights.sum()
    return (columns * weights).sum() / total / width, (rows * weights).sum() / total / height


@pytest.mark.parametrize("after", SHAPES)
@pytest.mark.parametrize("before", SHAPES)
def test_a_hint_stays_on_its_spot(before: Any, after: Any) -> None:
    L = spot(0.45, 0.4)
    old, new = Options(**before), Options(**after)
    x, y = found(L, old)
    old = replace(old, hints=(Hint(x, y, "grey"),))
    (hint,) = carried(old, new, SIZE)
    assert (hint.x, hint.y) == pytest.approx(found(L, new), abs=0.004)
    assert hint.colour == "grey"


def test_turns_and_crops_are_exact() -> None:
    old = Options(hints=hints_of("0.25,0.5,grey 0,1,keep"))
    assert carried(old, Options(turn=90), (3, 2)) == hints_of("0.5,0.25,grey 0,0,keep")
    assert carried(old, Options(crop="0 0 50 100"), (3, 2)) == hints_of("0.5,0.5,grey 0,1,keep")
    back = replace(Options(turn=90), hints=carried(old, Options(turn=90), (333, 217)))
    assert carried(back, Options(), (333, 217)) == old.hints


def test_what_is_cut_off_has_no_hint() -> None:
    old = Options(hints=hints_of("0.2,0.5,grey 0.8,0.5,keep"))
    assert carried(old, Options(crop="50 0 100 100"), SIZE) == hints_of("0.6,0.5,keep")


def test_of_a_line_what_is_left_goes_along() -> None:
    old = Options(hints=hints_of("0.2,0.5,0.6,0.5,0.8,0.25,grey 0.1,0.1,0.3,0.1,keep"))
    right = Options(crop="50 0 100 100")
    assert carried(old, right, SIZE) == hints_of("0.2,0.5,0.6,0.25,grey")


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("shape", [{}, {"straighten": 3.0, "crop": "10 0 80 60"}])
def test_an_offered_turn_takes_the_hints_along(turn: int, shape: Any) -> None:
    before = Options(**shape, hints=hints_of("0.2,0.3,#446622 0.9,1,grey"))
    (offer,) = offers(Noticed(turn=turn), before)
    after = replace(before, **offer.changes)
    assert after.hints == carried(before, after, SIZE) and len(after.hints) == 2
    (told,) = as_json(Noticed(turn=turn), before)
    assert json.loads(json.dumps(told))["changes"]["hints"][0]["colour"] == "#446622"
    assert shlex.split(arguments_for(offer.changes))[-4::2] == ["--hint", "--hint"]
