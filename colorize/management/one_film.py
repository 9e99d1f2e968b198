"""Colours one film on disk."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tqdm import tqdm

from colorize import films
from colorize.engine.atomic_files import START, draft
from colorize.engine.video.film import Piece, Plan, Progress
from colorize.engine.video.options import LONGEST, FilmOptions


def colour_film(film: Path, target: Path, options: FilmOptions) -> tuple[str, ...]:
    """Raises a UserError like `colorize.films`, or OSError. Returns what there is to say."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        source = stack.enter_context(film.open("rb"))
        # Beside the result, where there is room for it.
        kept = tempfile.TemporaryDirectory(prefix=START, dir=target.parent)
        folder = Path(stack.enter_context(kept))
        plan = films.look(source, options, LONGEST)
        with shown(film, plan) as progress:
            made = [
                films.colour(source, plan.film, piece, options, folder, progress(piece))
                for piece in plan.pieces
            ]
        pieces = [stack.enter_context(each.file.open("rb")) for each in made]
        joined = films.join(source, plan.film, pieces, folder, films.nothing)
        with draft(target) as path:
            joined.file.replace(path)
    return plan.film.notes


@contextmanager
def shown(film: Path, plan: Plan) -> "Iterator[Bar]":
    """A bar of progress on a terminal, by the film's own time."""
    seconds = round(plan.film.seconds, 1)
    off = not sys.stderr.isatty()
    with tqdm(total=seconds, desc=film.name, unit="s", leave=False, disable=off) as bar:
        yield Bar(bar, plan)


class Bar:
    """`bar`: in seconds of the film."""

    def __init__(self, bar: "tqdm[None]", plan: Plan) -> None:
        self.bar, self.begin = bar, plan.pieces[0].start

    def __call__(self, piece: Piece) -> Progress:
        def tell(share: float) -> None:
            at = piece.start + share * (piece.end - piece.start) - self.begin
            self.bar.update(at - self.bar.n)

        return tell
