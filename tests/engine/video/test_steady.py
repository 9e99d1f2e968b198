"""The colours of films: that they stay where nothing changes, and change with the shot."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import repeat

import numpy as np
import pytest
from numpy.typing import NDArray

from colorize.engine.networks import Prediction
from colorize.engine.planes import Plane
from colorize.engine.video import steady
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Bytes, Chroma, Film
from colorize.engine.video.joins import LEAD, TAIL
from colorize.engine.video.meeting import Meeting, Near
from colorize.engine.video.options import FilmOptions
from tests.fakes import FakeNetwork

FILM = Film(96, 64)
FAITHFUL, BEST = FilmOptions(vividness=0), FilmOptions(vividness=0, best=True)
ALL = [FAITHFUL, BEST]


class Fickle(FakeNetwork):
    """Says something else each time."""

    def predict(self, L: Plane) -> Prediction:
        self.faithful = [(8, 28), (24, 12), (2, 20), (30, 20)][len(self.shapes) % 4]
        return super().predict(L)


class ByLight(FakeNetwork):
    """Light pictures are yellow, dark ones blue; the left is greener than the right."""

    def predict(self, L: Plane) -> Prediction:
        found = super().predict(L)
        found.ab_faithful[...] = (5, 40) if L.mean() > 50 else (5, -40)
        found.ab_faithful[:, : L.shape[1] // 8, 0] = -20
        return found


class Moody(FakeNetwork):
    """Sees all of the picture greener where its left edge is light."""

    def predict(self, L: Plane) -> Prediction:
        found = super().predict(L)
        found.ab_faithful[..., 0] = -20 if L[:, 0].mean() > 50 else 20
        return found


class Unsure(FakeNetwork):
    """Sees a spot in the middle elsewhere each time."""

    def predict(self, L: Plane) -> Prediction:
        found = super().predict(L)
        left = found.ab_faithful.shape[1] // 4 + (0, 2, 1, 3)[len(self.shapes) % 4]
        found.ab_faithful[4:-4, left : left + 8] = (40, -10)
        return found


def moody(frames: int, turns: int) -> list[Bytes]:
    """A scene that stays, of which the left edge turns light."""
    lumas = [scene(1) for _ in range(frames)]
    for number, luma in enumerate(lumas):
        luma[:, :2] = 200 if number >= turns else 40
    return lumas


def scene(
    seed: int, light: int = 128, contrast: int = 25, width: int = 96, height: int = 64
) -> Bytes:
    """Something to see in every part of the picture."""
    noise = np.random.default_rng(seed).normal(light, contrast, (height // 8, width // 8))
    return np.asarray(np.clip(np.kron(noise, np.ones((8, 8))), 16, 235), np.uint8)


def coloured(
    lumas: list[Bytes],
    options: FilmOptions = FAITHFUL,
    film: Film = FILM,
    network: FakeNetwork | None = None,
    near: Iterable[Near | None] = repeat(None),
) -> list[Chroma]:
    return list(FilmColours(network or Fickle(), options, film).run(lumas, near))


def changes(chromas: list[Chroma]) -> NDArray[np.float64]:
    """How much each frame's chroma differs from the one before."""
    planes = np.array([[u, v] for u, v in chromas], np.float64)
    return np.asarray(np.abs(np.diff(planes, axis=0)).mean(axis=(1, 2, 3)))


@pytest.mark.parametrize("options", ALL)
def test_where_nothing_moves_colours_stay(options: FilmOptions) -> None:
    network = Fickle()
    alone = [coloured([scene(1)], options, network=network)[0] for _ in range(24)]
    together = coloured([scene(1)] * 24, options)
    assert changes(alone).mean() > 8
    assert changes(together).max() < 2.5


@pytest.mark.parametrize("options", ALL)
def test_colours_follow_what_moves(options: FilmOptions) -> None:
    wide = scene(2, width=192)
    moving = [np.ascontiguousarray(wide[:, 2 * n : 2 * n + 96]) for n in range(24)]
    assert changes(coloured(moving, options)).max() < 2.5


@pytest.mark.parametrize("options", ALL)
@pytest.mark.parametrize("at", [1, 5, 8, 13, 20])
def test_nothing_is_carried_over_a_cut(at: int, options: FilmOptions) -> None:
    lumas = [scene(1, 70, 10)] * at + [scene(2, 180, 60)] * (24 - at)
    found = coloured(lumas, options, network=ByLight())
    (before,) = coloured([scene(1, 70, 10)], network=ByLight())
    (after,) = coloured([scene(2, 180, 60)], network=ByLight())
    for n, uv in enumerate(found):
        assert np.abs(np.int16(uv.u) - (before if n < at else after).u).max() <= 4


@pytest.mark.parametrize("length", [1, 2])
@pytest.mark.parametrize("options", ALL)
def test_a_flash_is_not_a_cut(length: int, options: FilmOptions) -> None:
    white = np.full((64, 96), 235, np.uint8)
    lumas = [scene(1)] * 9 + [white] * length + [scene(1)] * 12
    found = coloured(lumas, options)
    del found[9 : 9 + length]
    assert changes(found).max() < 2.5


def test_light_that_flickers_is_not_motion() -> None:
    light = np.random.default_rng(0).uniform(-15, 15, 24)
    lumas = [np.clip(scene(1) + value, 16, 235).astype(np.uint8) for value in light]
    assert changes(coloured(lumas)).max() < 3


def test_the_network_is_asked_for_each_shot_and_now_and_then() -> None:
    network = FakeNetwork()
    coloured([scene(1, 70, 10)] * 6 + [scene(2, 180, 60)] * 5, network=network)
    assert len(network.shapes) == 4
    network = FakeNetwork()
    coloured([scene(1)] * 6, BEST, network=network)
    assert len(network.shapes) == 6


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 5, 13, 14, 15, 16, 17, 31])
@pytest.mark.parametrize("options", ALL)
def test_each_frame_gets_its_colours_and_few_are_read_ahead(
    frames: int, options: FilmOptions
) -> None:
    read = 0

    def lumas() -> Iterator[Bytes]:
        nonlocal read
        for _ in range(frames):
            read += 1
            yield scene(1)

    given = 0
    for _ in FilmColours(FakeNetwork(), options, FILM).run(lumas()):
        given += 1
        assert read - given <= 16
    assert given == frames


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_film_gets_the_colours_of_an_upright_one(turn: int) -> None:
    """`turn`: clockwise, what makes it upright."""
    back = turn // 90
    upright = [scene(3, width=96 + 32 * n)[:, 32 * n :] for n in range(2)] * 4
    stored = [np.ascontiguousarray(np.rot90(luma, back)) for luma in upright]
    height, width = stored[0].shape
    film = replace(FILM, width=width, height=height, turn=turn)
    wanted = coloured(upright, network=ByLight())
    found = coloured(stored, film=film, network=ByLight())
    for a, b in zip(wanted, found, strict=True):
        for plane, other in zip(a, b, strict=True):
            assert np.abs(np.int16(plane) - np.rot90(other, -back)).max() <= 1


def test_the_network_sees_true_shapes() -> None:
    network = FakeNetwork()
    coloured([scene(1)], film=replace(FILM, pixel_shape=4 / 3, turn=90), network=network)
    assert network.shapes == [(128, 64)]


def test_faded_shots_get_contrast_all_alike() -> None:
    class Seeing(FakeNetwork):
        def predict(self, L: Plane) -> Prediction:
            spans.append(float(np.ptp(L)))
            return super().predict(L)

    spans: list[float] = []
    shares = (0.3, 0.3, 0.34, 0.3, 0.32)
    faded = [(110 + (scene(1) - 128.0) * share).astype(np.uint8) for share in shares]
    coloured(faded, BEST, network=Seeing())
    assert min(spans) > 60
    assert max(spans[2:]) / min(spans[2:]) > 1.05


def off(one: Chroma, other: Chroma) -> float:
    """How far two frames' chroma are from each other on average."""
    pairs = zip(one, other, strict=True)
    return float(np.mean([np.abs(np.int16(a) - b).mean() for a, b in pairs]))


@pytest.mark.parametrize("options", ALL)
def test_a_mood_of_the_network_is_not_the_films(options: FilmOptions) -> None:
    found = coloured(moody(72, turns=36), options, network=Moody())
    (alone,) = coloured(moody(72, turns=36)[-1:], options, network=Moody())
    assert off(alone, found[20]) > 8
    assert off(found[71], found[20]) < 3


def variety(chroma: Chroma) -> float:
    """How far the colours of a frame are from their mean."""
    return float(np.hypot(*(plane.std() for plane in chroma)))


@pytest.mark.parametrize("options", ALL)
def test_what_averaging_blurs_is_given_back_and_the_mean_colour_stays(
    options: FilmOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alone,) = coloured([scene(1)], options, network=Unsure())
    found = coloured([scene(1)] * 40, options, network=Unsure())[30]
    monkeypatch.setattr(steady, "WIDER", 1.0)
    blurred = coloured([scene(1)] * 40, options, network=Unsure())[30]
    assert variety(blurred) < 0.95 * variety(alone)
    assert variety(found) == pytest.approx(variety(alone), rel=0.02)
    for plane, other in zip(found, blurred, strict=True):
        assert plane.mean() == pytest.approx(other.mean(), abs=0.3)


@pytest.mark.parametrize("options", ALL)
@pytest.mark.parametrize("length", [12, 24, 48])
def test_after_a_dissolve_come_the_colours_of_the_new_shot(
    options: FilmOptions, length: int
) -> None:
    old, new = scene(1, 80, 50), scene(2, 160, 50)
    old[:, :2], new[:, :2] = 40, 200
    shares = np.clip((np.arange(24 + length + 60) - 24) / length, 0, 1)
    lumas = [((1 - share) * old + share * new).astype(np.uint8) for share in shares]
    found = coloured(lumas, options, network=Moody())
    (after,) = coloured([new], options, network=Moody())
    assert off(found[-1], after) < off(found[20], after) / 3


def met(lumas: list[Bytes], join: int, options: FilmOptions, network: FakeNetwork) -> Meeting:
    around = range(join - LEAD, min(join + LEAD, len(lumas)), 8)
    looks = ((lumas[number], number == join) for number in around)
    found = FilmColours(network, options, FILM).meeting(looks)
    assert found is not None
    return found


@pytest.mark.parametrize("options", ALL)
def test_pieces_meet_in_the_same_mood(options: FilmOptions) -> None:
    """The second begins a while before the join, and knows nothing of what was earlier. The first
    goes there evenly."""
    lumas, join = moody(260, turns=40), 200
    meeting = met(lumas, join, options, Moody())
    first = coloured(
        lumas[: join + TAIL],
        options,
        network=Moody(),
        near=[None] * (join - LEAD)
        + [Near(meeting, 1 / max(1, LEAD - number)) for number in range(LEAD + TAIL)],
    )
    second = coloured(
        lumas[join - LEAD :],
        options,
        network=Moody(),
        near=[Near(meeting, 1)] * (LEAD + TAIL) + [None] * (60 - TAIL),
    )
    assert off(first[join - LEAD - 20], first[join - 1]) > 8
    assert off(first[join - 1], second[LEAD]) < 1
    assert changes(first[30:join]).max() < 1


def test_a_whim_at_a_join_is_not_its_mood() -> None:
    lumas = moody(200, turns=0)
    calm = met(lumas, 104, FAITHFUL, Moody())
    lumas[104][:, :2] = 40
    assert np.abs(met(lumas, 104, FAITHFUL, Moody()).ab - calm.ab).mean() < 2


def test_a_join_without_its_frame_is_no_meeting() -> None:
    looks = [(scene(1), False)] * 3
    assert FilmColours(FakeNetwork(), FAITHFUL, FILM).meeting(looks) is None


def test_what_is_elsewhere_has_no_mood_at_a_join() -> None:
    meeting = met([scene(1)] * 200, 104, FAITHFUL, FakeNetwork())
    elsewhere = np.ascontiguousarray(255 - meeting.grey[::-1])
    assert meeting.mood(meeting.grey, meeting.ab) == pytest.approx([0, 0], abs=0.1)
    assert meeting.mood(elsewhere, meeting.ab) is None
