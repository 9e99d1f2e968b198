"""Films that tests make up. What `colorize.films` would make of one says in words what it is made
of, so that tests need no film that can be played."""

import io
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from colorize import films
from colorize.engine.video.errors import FilmDamaged, FilmTooLong, NoFilm
from colorize.engine.video.film import Film, Piece, Plan, Progress, Stills
from colorize.engine.video.options import FilmOptions
from colorize.films import Coloured, Joined

MAGIC = b"\0\0\0\x18ftypmp42"
# Each of its pieces, in seconds.
PIECE_SECONDS = 20
MARKS: dict[str, Path] = {}


def film(pieces: int = 3, *, padding: int = 0, **facts: Any) -> bytes:
    """`damaged`: pieces that cannot be read, -1 for the film as a whole; `seconds`: that a piece
    takes; `look_seconds`: that the first look takes; `name`: for another film."""
    said = json.dumps({"pieces": pieces, **facts}).encode()
    return MAGIC + said + b"\0" * padding


def read(source: IO[bytes]) -> dict[str, Any]:
    """Raises NoFilm."""
    source.seek(0)
    data = source.read()
    if not data.startswith(MAGIC):
        raise NoFilm
    facts: dict[str, Any] = json.loads(data.removeprefix(MAGIC).rstrip(b"\0"))
    return facts


def look(
    source: IO[bytes], options: FilmOptions, longest: float, progress: Progress = films.nothing
) -> Plan:
    facts = read(source)
    mark("look")
    take(facts.get("look_seconds", 0), progress)
    length = facts["pieces"] * PIECE_SECONDS
    if length > longest:
        raise FilmTooLong(length=length, limit=longest)
    check(facts, -1, options)
    made = Film(640, 480, seconds=length, frames=25 * length, notes=("It has no sound.",))
    return Plan(made, tuple(pieces(facts["pieces"])))


def check(facts: dict[str, Any], number: int, options: FilmOptions) -> None:
    is_damaged = number in facts.get("damaged", [])
    if is_damaged and (number >= 0 or not options.incomplete):
        raise FilmDamaged(where="in the middle")


def pieces(count: int) -> Iterator[Piece]:
    for number in range(count):
        yield Piece(number, number * PIECE_SECONDS, (number + 1) * PIECE_SECONDS)


def colour(
    source: IO[bytes],
    film: Film,
    piece: Piece,
    options: FilmOptions,
    folder: Path,
    progress: Progress,
) -> Coloured:
    facts = read(source)
    mark(f"piece-{piece.number}")
    check(facts, piece.number, options)
    take(facts.get("seconds", 0), progress)
    file = folder / "piece.mp4"
    file.write_bytes(b"<%d>" % piece.number)
    return Coloured(file, 25 * PIECE_SECONDS, 0.5)


def take(seconds: float, progress: Progress) -> None:
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        progress(passed / seconds)
        time.sleep(0.02)
    progress(1)


def join(
    source: IO[bytes],
    film: Film,
    pieces: Sequence[IO[bytes]],
    folder: Path,
    progress: Progress,
) -> Joined:
    facts = read(source)
    mark("join")
    take(facts.get("seconds", 0), progress)
    file = folder / "film.mp4"
    file.write_bytes(b"film of " + b"".join(piece.read() for piece in pieces))
    return Joined(file, film, Stills(b"before", b"small before", b"after", b"small", b"strip"))


def mark(step: str) -> None:
    """Show the test, from another process, who has begun what."""
    if marks := MARKS.get("folder"):
        (marks / f"{step}.{os.getpid()}").touch()


def begun(marks: Path, step: str) -> list[int]:
    """The processes that have begun a step, the latest last."""
    files = sorted(marks.glob(f"{step}.*"), key=lambda file: file.stat().st_mtime_ns)
    return [int(file.suffix[1:]) for file in files]


def use(set_attribute: Any = setattr, marks: Path | None = None) -> None:
    """Have `colorize.films` work on such films. `marks`: a folder to show there what is begun."""
    fakes = {"are_on": lambda: True, "look": look, "colour": colour, "join": join}
    for name, value in fakes.items():
        set_attribute(films, name, value)
    if marks:
        MARKS["folder"] = marks


def opened(data: bytes, name: str = "Wedding.mp4") -> tuple[str, int, IO[bytes]]:
    """As a form brings it."""
    return name, len(data), io.BytesIO(data)
