"""In which pieces a film is coloured. Knows no Django."""

from collections.abc import Sequence

from colorize.engine.video.film import Piece

# The length of a piece, in seconds.
LONGEST = 20.0


def pieces(
    start: float, end: float, keys: Sequence[float], shown: Sequence[float]
) -> tuple[Piece, ...]:
    """From `start` to `end`, each cut at the last key frame within `LONGEST`. `keys`: times of key
    frames, `shown`: of some of all frames, both rising. Each piece has a frame at least."""
    made: list[Piece] = []
    at = start
    while at < end:
        cut = min(end, next_cut(at, end, keys, shown))
        made.append(Piece(len(made), at, cut, after_cut=not made))
        at = cut
    return tuple(made)


def next_cut(at: float, end: float, keys: Sequence[float], shown: Sequence[float]) -> float:
    """Where no key frame is near, a piece may be half as long as what has to be decoded before it,
    so that this does not grow with the square of the film's length."""
    before = max((key for key in keys if key <= at), default=at)
    limit = at + max(LONGEST, (at - before) / 2)
    if end <= limit:
        return end
    first = min((time for time in shown if time >= at), default=end)
    for times in (keys, shown):
        if near := [time for time in times if first < time <= limit]:
            return near[-1]
    return min((time for time in shown if time > max(first, limit)), default=end)
