"""Other colours that a photo may well have."""

import io

import numpy as np
import pytest
from PIL import Image

from colorize.engine import networks
from colorize.engine.hint_layers import hint_layers
from colorize.engine.hints import MOST_HINTS, hints_of, stored_hints
from colorize.engine.limits import Limits
from colorize.engine.networks import Network
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.engine.predict import Predicted, predict
from colorize.engine.proposal_pictures import propose
from colorize.engine.proposals import COUNT, PLACES, proposals
from tests.conftest import ROOT
from tests.engine.test_likely import ChoosyNetwork, half_dark
from tests.fakes import FakeNetwork
from tests.photos import photo


def colours(predicted: Predicted) -> list[Plane]:
    """The network's own, and those of the proposals."""
    found = [predicted, *(predicted.hinted(hints) for hints in proposals(predicted, 1))]
    return [each.prediction.ab(1) for each in found]


def test_proposals_differ_from_the_usual_colours_and_from_one_another() -> None:
    """Light places may be blue or orange: so at least one proposal says orange."""
    usual, *others = colours(predict(half_dark(), ChoosyNetwork()))
    assert others
    for n, one in enumerate(others):
        for other in [usual, *others[:n]]:
            assert np.linalg.norm(one - other, axis=2).mean() >= 5.5
    assert any(each[8, 14, 1] > 20 for each in others)


def test_what_people_have_said_stays() -> None:
    """Dark places are green, they say; light ones may still be blue or orange."""
    given = hints_of("0.2,0.5,#a05030 0.25,0.75,keep")
    predicted = predict(half_dark(), ChoosyNetwork())
    others = proposals(predicted, 1, given=given)
    assert others and others != proposals(predicted, 1)
    with_own = predicted.hinted(given).prediction.ab(1)
    for hints in others:
        assert hints[:2] == given and len(hints) == 2 + PLACES
        ab = predicted.hinted(hints).prediction.ab(1)
        assert np.linalg.norm(ab[8, 3] - given[0].ab) < 4
        assert np.linalg.norm(ab - with_own, axis=2).mean() >= 5.5


def test_nothing_is_proposed_where_everything_is_said() -> None:
    """In a photo of the usual size: in a small one, a few cells are a good share of the picture."""
    usual = half_dark().repeat(4, axis=0).repeat(4, axis=1)
    predicted = predict(usual, ChoosyNetwork(), 256)
    said = " ".join(f"{x / 10},{y / 10},#446622" for x in range(1, 10) for y in range(1, 10))
    assert proposals(predicted, 1, given=hints_of(said)) == []


def test_there_is_room_for_no_more_hints_than_a_picture_may_have() -> None:
    predicted = predict(half_dark(), ChoosyNetwork())
    full = hints_of("0.2,0.5,#a05030 " * (MOST_HINTS - PLACES + 1))
    assert proposals(predicted, 1, given=full) == []
    assert proposals(predicted, 1, given=full[1:])


def test_the_same_seed_proposes_the_same() -> None:
    predicted = predict(half_dark(), ChoosyNetwork())
    assert proposals(predicted, 1, seed=3) == proposals(predicted, 1, seed=3)


def test_a_proposal_is_a_set_of_hints_like_any_other() -> None:
    for hints in proposals(predict(half_dark(), ChoosyNetwork()), 1):
        assert len(hints) == PLACES
        assert hints_of(" ".join(map(str, hints))) == hints


def test_a_network_that_does_not_tell_what_is_likely_proposes_nothing() -> None:
    assert proposals(predict(half_dark(), FakeNetwork()), 1) == []


def pictures(network: Network, options: Options, data: bytes) -> list[Image.Image]:
    found = propose(data, network, options, Limits())
    return [Image.open(io.BytesIO(each.picture)) for each in found]


def test_each_proposal_has_a_small_picture_in_the_shape_of_the_result() -> None:
    data = photo("PNG", np.repeat(half_dark() * 2.55, 8, axis=1).astype(np.uint8))
    found = pictures(ChoosyNetwork(), Options(turn=90), data)
    assert len(found) > 1 and {each.size for each in found} == {(40, 320)}
    assert pictures(FakeNetwork(), Options(), data) == []


@pytest.mark.slow
def test_the_network_proposes_four_others_and_other_ones_with_another_seed() -> None:
    network = networks.load(ROOT / "models", "colornet")
    with Image.open(ROOT / "static/examples/before/coffee.jpg") as image:
        L = np.asarray(image.convert("L"), np.float32) / 2.55
    predicted = predict(L, network)
    usual, *others = colours(predicted)
    assert len(others) == COUNT
    for n, one in enumerate(others):
        for other in [usual, *others[:n]]:
            assert np.linalg.norm(one - other, axis=2).mean() >= 6
    assert proposals(predicted, 1, seed=1) != proposals(predicted, 1, seed=2)


def test_a_page_gets_their_hints_with_its_layers() -> None:
    predicted = predict(half_dark(), ChoosyNetwork())
    layers = hint_layers(predicted, 0.5)
    assert layers is not None and layers["proposals"]
    assert [stored_hints(each) for each in layers["proposals"]] == proposals(predicted, 0.5)
