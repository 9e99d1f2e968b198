"""Photos in a row as the frames of a film, steady like one. Knows no Django."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

from colorize.engine.networks import Network, Prediction
from colorize.engine.options import Options
from colorize.engine.outputs import Output
from colorize.engine.photo import Photo
from colorize.engine.pipeline import Result, finish, within
from colorize.engine.predict import Predicted
from colorize.engine.render import guide
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Film, Matrix
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import luma_of
from colorize.engine.video.shots import Frame

# A mean rate that is not whole is written with a divisor of at most this, as 30000/1001 is.
DIVISOR = 1001


def steady_frames(
    photos: Iterable[Photo], network: Network, options: FilmOptions
) -> Iterator[Frame]:
    """One for each photo, small, with its `ab`."""
    guides = (guide(photo.L) for photo in photos)
    for first in guides:
        film = Film(first.shape[1], first.shape[0], full_range=True)
        lumas = (luma_of(L, film) for L in chain([first], guides))
        yield from FilmColours(network, options, film).frames(lumas)


def finish_frame(photo: Photo, frame: Frame, options: Options, output: Output) -> Result:
    """The photo in the colours of its frame. Overwrites L."""
    assert frame.ab is not None  # noqa: S101
    known = frame.tones.stretched(guide(photo.L))
    predicted = Predicted(known, frame.tones, Prediction(frame.ab, None, None))
    return finish(within(photo, output.longest), predicted, options, output=output)


def write_film(
    photos: Iterable[Photo], network: Network, options: FilmOptions, rate: float, path: Path
) -> None:
    """An MP4 of so many frames a second. Raises a FilmError."""
    from colorize.engine.video.frames import Shown, padded
    from colorize.engine.video.writing import COMMENT, writer

    photos = iter(photos)
    for first in photos:
        size = first.width, first.height
        film = Film(*size, rate=rate, matrix=Matrix.usual(*size))
        tick = 1 / Fraction(rate).limit_denominator(DIVISOR)
        lumas = (luma_of(photo.L, film) for photo in chain([first], photos))
        with writer(path, film, comment=COMMENT) as out:
            colours = FilmColours(network, options, film)
            for number, frame in enumerate(colours.frames(lumas)):
                shown = Shown(padded(frame.luma), number, tick, film)
                shown.paint(colours.chroma(frame))
                out.add(shown)
