"""Colours films for jobs and the command: applies the settings, and takes each step in a child
process with limits, because a film is opened by a library of many parts in C."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from colorize import service
from colorize.engine.errors import NetworkUnavailable
from colorize.engine.formats import HEAD, check_film
from colorize.engine.networks import NetworkError
from colorize.engine.video import limits, parent
from colorize.engine.video.bounds import Bounds
from colorize.engine.video.errors import FilmsOff
from colorize.engine.video.film import Film, Piece, Plan, Progress, Stills
from colorize.engine.video.options import FilmOptions
from colorize.service import SIDES


@dataclass(frozen=True)
class Coloured:
    """A piece in colour. `file`: an MP4 that plays by itself; `confidence`: 0..1, None if the
    network has none."""

    file: Path
    frames: int
    confidence: float | None


@dataclass(frozen=True)
class Joined:
    """A film in colour: `file`, an MP4 with the original's sound."""

    file: Path
    film: Film
    stills: Stills


def make_options(**asked: Any) -> FilmOptions:
    """Options from values; empty, None and missing ones take the defaults of the settings."""
    given = {name: value for name, value in asked.items() if value not in ("", None)}
    return replace(FilmOptions(vividness=settings.VIVIDNESS, network=settings.NETWORK), **given)


def nothing(done: float) -> None:
    """Progress that nobody asks for."""


def are_on() -> bool:
    """Whether what reads films is installed."""
    return find_spec("av") is not None


def check(options: FilmOptions) -> None:
    """Raises FilmsOff, BadOption for an unknown network, or NetworkUnavailable."""
    if not are_on():
        raise FilmsOff()
    network_name(options)


def look(
    source: IO[bytes], options: FilmOptions, longest: float, progress: Progress = nothing
) -> Plan:
    """Open a film and plan its pieces, within the part that `options` asks for. `source`: read and
    seek only; `longest`: of that part, in seconds; `progress`: always told 0, and what it raises
    ends the child at once.

    Raises a UserError: FilmsOff, WrongType, NoFilm (no video track), ProtectedFilm, UnknownCodec,
    FilmUnreadable, FilmDamaged (unless `options.incomplete`), FilmTooLong, FilmTooLarge, BadOption,
    or FilmError (out of time or memory, or crashed).
    """
    arguments = {"options": options.as_dict(), "bounds": asdict(bounds(longest))}
    most = limits.of_look(parent.size_of(source), settings.FILM_PIXELS)
    found = step("look", arguments, [source], most, progress)
    pieces = tuple(Piece(**each) for each in found["pieces"])
    return Plan(Film.stored(found["film"]), pieces)


def colour(
    source: IO[bytes],
    film: Film,
    piece: Piece,
    options: FilmOptions,
    folder: Path,
    progress: Progress,
) -> Coloured:
    """Colour one piece into a file in `folder`. What `progress` raises ends the child at once.

    Raises like `look`, or like `colorize.service.load_network`.
    """
    file = folder / f"piece-{piece.number}.mp4"
    arguments = {
        "film": film.as_dict(),
        "piece": piece.as_dict(),
        "options": options.as_dict(),
        "models": str(settings.MODELS_DIR),
        "network": network_name(options),
    }
    made = step("colour", arguments, [source], limits.of_piece(film, piece), progress, file)
    return Coloured(file, made["frames"], made["confidence"])


def join(
    source: IO[bytes],
    film: Film,
    pieces: Sequence[IO[bytes]],
    folder: Path,
    progress: Progress,
) -> Joined:
    """Put coloured pieces one after the other, without encoding again, with the original's sound.

    Raises like `look`.
    """
    file = folder / "film.mp4"
    sources = [source, *pieces]
    size = sum(map(parent.size_of, sources))
    arguments = {"film": film.as_dict(), "sides": SIDES}
    made = step("join", arguments, sources, limits.of_join(size, film), progress, file)
    stills = Stills(**{name: b64decode(jpeg) for name, jpeg in made["stills"].items()})
    return Joined(file, Film.stored(made["film"]), stills)


def step(
    task: str,
    arguments: dict[str, Any],
    sources: Sequence[IO[bytes]],
    most: parent.Limits,
    progress: Progress = nothing,
    file: Path | None = None,
) -> dict[str, Any]:
    """In a child process. What it began of `file` is gone if it fails."""
    if not are_on():
        raise FilmsOff()
    check_kind(sources[0])
    given = {"bounds": asdict(bounds(settings.FILM_SECONDS)), "path": str(file)} | arguments
    try:
        return parent.run(task, given, sources, most, progress)
    except BaseException:
        if file:
            file.unlink(missing_ok=True)
        raise


def check_kind(source: IO[bytes]) -> None:
    """Raises WrongType for what does not begin like a film."""
    source.seek(0)
    check_film(source.read(HEAD))


def bounds(longest: float) -> Bounds:
    return Bounds(pixels=settings.FILM_PIXELS, seconds=longest)


def network_name(options: FilmOptions) -> str:
    """Raises BadOption or NetworkUnavailable."""
    try:
        if options.network not in ("", settings.NETWORK):
            service.check_present(options.network)
    except NetworkError as problem:
        raise NetworkUnavailable(reason=str(problem)) from problem
    return options.network or str(settings.NETWORK)
