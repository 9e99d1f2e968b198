"""In which pieces a film is coloured."""

from itertools import pairwise

import pytest

from colorize.engine.video.planning import pieces


def cuts(
    end: float, keys: list[float], start: float = 0, shown: list[float] | None = None
) -> list[float]:
    """Where the pieces begin, and where the last one ends. There is a frame each second, if nothing
    else is said."""
    made = pieces(start, end, keys, shown or [float(second) for second in range(int(end))])
    assert [each.number for each in made] == list(range(len(made)))
    assert [each.after_cut for each in made] == [True] + [False] * (len(made) - 1)
    assert all(before.end == after.start for before, after in pairwise(made))
    return [each.start for each in made] + [made[-1].end]


def test_a_short_film_is_one_piece() -> None:
    assert cuts(12.5, [0, 4, 8]) == [0, 12.5]


def test_pieces_end_at_the_last_key_frame_within_20_seconds() -> None:
    assert cuts(60, [0, 7, 14, 21, 28, 35, 42, 49, 56]) == [0, 14, 28, 42, 60]


def test_key_frames_far_apart_make_pieces_between_them() -> None:
    assert cuts(45, [0, 30]) == [0, 20, 30, 45]


def test_a_part_begins_where_it_was_asked_for() -> None:
    assert cuts(50, [0, 10, 20, 30, 40], start=12) == [12, 30, 50]


def test_where_nothing_moves_for_long_a_piece_is_longer() -> None:
    """As in what was recorded of a screen: a piece without a frame could not be shown."""
    assert cuts(180, [0], shown=[0, 60, 120]) == [0, 60, 120, 180]
    assert cuts(180, [0, 60, 120], start=10, shown=[0, 60, 120]) == [10, 120, 180]


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_film_with_one_key_frame_is_not_decoded_again_and_again(minutes: int) -> None:
    """All that is decoded to come to the pieces is a few times the film."""
    made = pieces(0, minutes * 60, [0], range(minutes * 60))
    assert sum(each.start for each in made) < 3.5 * minutes * 60
    assert all(each.end - each.start <= max(20, each.start / 2) for each in made)
