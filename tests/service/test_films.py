"""The door: each step of a film under the site's settings, in a child process."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from colorize import films
from colorize.engine.errors import BadOption, WrongType
from colorize.engine.video.errors import FilmError, FilmsOff, FilmTooLarge, FilmTooLong
from colorize.engine.video.film import Film, Piece
from colorize.engine.video.options import FilmOptions
from tests.engine.video.made import film
from tests.engine.video.test_child import children, nothing

FILM = Film(64, 48, seconds=1, rate=25, frames=25)
PIECE = Piece(0, 0, 1)


class Stopped(Exception):
    pass


class Slow(io.BytesIO):
    """A film that takes longer to read than it takes to ask whether to go on."""

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(0.3)
        return super().read(size)


def coloured(
    data: bytes,
    folder: Path,
    options: FilmOptions = FilmOptions(),  # noqa: B008
    progress: Callable[[float], None] = nothing,
) -> films.Coloured:
    return films.colour(io.BytesIO(data), FILM, PIECE, options, folder, progress)


def left(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


@pytest.mark.slow
def test_a_film_is_looked_at_coloured_and_joined(tmp_path: Path) -> None:
    """By the real network."""
    source = io.BytesIO(film(frames=30, sound="aac"))
    plan = films.look(source, FilmOptions(start=0.2), 60)
    told: list[float] = []
    made = [
        films.colour(source, plan.film, piece, FilmOptions(), tmp_path, told.append)
        for piece in plan.pieces
    ]
    assert sum(each.frames for each in made) == 25
    assert made[0].confidence and 0 < made[0].confidence < 1
    pieces = [io.BytesIO(each.file.read_bytes()) for each in made]
    whole = films.join(source, plan.film, pieces, tmp_path, told.append)
    assert told == [each for each in told if 0 <= each <= 1]
    assert whole.film.frames == 25
    with av.open(str(whole.file)) as container:
        frame = next(container.decode(video=0))
        assert container.streams.audio[0].codec_context.name == "aac"
        assert "network" in container.metadata["comment"]
    assert frame.to_ndarray(format="yuv420p")[48:].std() > 0
    sizes = [Image.open(io.BytesIO(jpeg)).size for jpeg in vars(whole.stills).values()]
    assert sizes == [(64, 48)] * 4 + [(8 * 160, 120)]


def test_without_what_reads_films_they_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "find_spec", lambda name: None)
    assert not films.are_on()
    with pytest.raises(FilmsOff):
        films.look(io.BytesIO(film(frames=3)), FilmOptions(), 60)


def test_what_is_no_film_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("colorize.engine.video.parent.start")
    with pytest.raises(WrongType, match="not a film"):
        films.look(io.BytesIO(b"#EXTM3U\nfile:///etc/passwd\n"), FilmOptions(), 60)


def test_the_settings_limit_films(settings: Settings) -> None:
    source = io.BytesIO(film(frames=75))
    with pytest.raises(FilmTooLong):
        films.look(source, FilmOptions(), 1)
    settings.FILM_PIXELS = 1000
    with pytest.raises(FilmTooLarge):
        films.look(source, FilmOptions(), 60)


@pytest.mark.parametrize("network", ["no-such-network", "../colornet"])
def test_a_network_that_is_not_here_is_named(network: str, tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="there is no network"):
        coloured(film(frames=25), tmp_path, FilmOptions(network=network))


def test_what_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        coloured(film(frames=25), tmp_path, progress=stop)
    with pytest.raises(Stopped):
        films.look(Slow(film(frames=25)), FilmOptions(), 60, stop)
    assert not left(tmp_path) and not children()


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FilmError):
        coloured(b"\0\0\0\x18ftypmp42" + bytes(500), tmp_path)
    assert not left(tmp_path) and not children()


def test_stills_are_upright_with_square_pixels(tmp_path: Path) -> None:
    from tests.engine.video.test_way import coloured as made

    right = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)

    def turned(stream: Any) -> None:
        stream.set_display_matrix(right)
        stream.codec_context.sample_aspect_ratio = 2

    stills = made(film(set_up=turned), tmp_path).stills
    after = Image.open(io.BytesIO(stills.result_medium))
    before = Image.open(io.BytesIO(stills.before_medium))
    assert before.size == after.size == (48, 128)
    assert saturation(before) <= 8 < saturation(after)


def saturation(image: Image.Image) -> int:
    return int(np.asarray(image.convert("HSV"))[..., 1].max())


def test_a_film_goes_through_json() -> None:
    made = replace(FILM, notes=("It has no sound.",))
    assert Film.stored(made.as_dict()) == made
