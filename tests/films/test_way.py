"""The way of a plain film, from bytes to an MP4 in colour."""

import io
from pathlib import Path

import av
import numpy as np

from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.joining import Whole, join
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from tests.films.fakes import PlainColours
from tests.films.made import film, luma_of


def nothing(done: float) -> None:
    """Nobody asks."""


def coloured(
    data: bytes,
    folder: Path,
    options: FilmOptions = FilmOptions(),  # noqa: B008
    encoder: dict[str, str] | None = None,
) -> Whole:
    """Joined in `folder` as film.mp4."""
    source = io.BytesIO(data)
    plan = look(source, options, USUAL)
    paths = [folder / f"{piece.number}.mp4" for piece in plan.pieces]
    for piece, path in zip(plan.pieces, paths, strict=True):
        colour(
            source,
            plan.film,
            piece,
            PlainColours(),
            path,
            nothing,
            incomplete=options.incomplete,
            encoder=encoder,
        )
    pieces = [io.BytesIO(path.read_bytes()) for path in paths]
    return join(source, plan.film, pieces, folder / "film.mp4", (1024, 320), nothing)


def test_luma_passes_on_bit_for_bit(tmp_path: Path, short_pieces: None) -> None:
    data = film(frames=60, options={"qp": "0", "g": "10"})
    coloured(data, tmp_path, encoder={"crf": "0"})
    with av.open(str(tmp_path / "film.mp4")) as made:
        frames = list(made.decode(video=0))
    assert len(frames) == 60
    for number, frame in enumerate(frames):
        planes = frame.to_ndarray(format="yuv420p")
        assert (planes[:48] == luma_of(number)).all(), number
        assert np.unique(planes[48:]).tolist() == [90, 160]


def test_times_and_sound_are_the_originals(tmp_path: Path, short_pieces: None) -> None:
    data = film(frames=60, sound="aac", options={"g": "10"})
    whole = coloured(data, tmp_path)
    assert whole.film.frames == 60
    with av.open(io.BytesIO(data)) as source, av.open(str(tmp_path / "film.mp4")) as made:
        assert [frame.time for frame in made.decode(video=0)] == [
            frame.time for frame in source.decode(video=0)
        ]
