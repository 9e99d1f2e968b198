"""Colours films for jobs and the command: applies the settings, and takes each step in a child
process with limits, because a film is opened by a library of many parts in C."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from colorize.engine.video.film import Film, Piece, Plan, Progress, Stills
from colorize.engine.video.options import FilmOptions


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


def are_on() -> bool:
    """Whether what reads films is installed."""
    raise NotImplementedError


def look(source: IO[bytes], options: FilmOptions, longest: float) -> Plan:
    """Open a film and plan its pieces, within the part that `options` asks for. `source`: read and
    seek only; `longest`: of that part, in seconds.

    Raises a UserError: FilmsOff, NoFilm (no video track), ProtectedFilm, UnknownCodec,
    FilmDamaged (unless `options.incomplete`), FilmTooLong, FilmTooLarge, or BadOption.
    """
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
