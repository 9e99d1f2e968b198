"""Colours one photo or film on disk, and says what there is to say about it."""

import errno
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from colorize import service
from colorize.engine.atomic_files import draft
from colorize.engine.errors import UserError
from colorize.engine.filenames import with_ending
from colorize.engine.formats import check_type
from colorize.engine.metadata import xmp
from colorize.engine.outputs import Output
from colorize.engine.video.options import FilmOptions
from colorize.management.folders import head, is_film, sidecar_of
from colorize.management.one_film import colour_film
from colorize.management.options import arguments_for
from colorize.web.offers import offers


@dataclass(frozen=True)
class Task:
    """`target`: the file for the result; `is_original`: it is also one of the photos."""

    photo: Path
    target: Path
    is_original: bool = False


@dataclass
class Outcome:
    """`result`: where it is now, the file, or the folder of a sequence's photos; None if it could
    not be made; `was_there`: it existed before; `messages`: what to say, each about a file."""

    result: Path | None = None
    was_there: bool = False
    messages: list[tuple[Path, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """How all photos of a run are coloured. `page`: of files that have several; `seed`: of the
    proposals, None for none."""

    options: service.Options
    output: Output
    page: int
    overwrite: bool
    film_options: FilmOptions
    seed: int | None = None

    def do(self, task: Task) -> Outcome:
        outcome = Outcome()
        try:
            self.make(task, outcome)
            outcome.result = task.target
        except UserError as problem:
            outcome.messages.append((task.photo, problem.message))
        except OSError as problem:
            outcome.messages.append((task.photo, problem.strerror or str(problem)))
        return outcome

    def make(self, task: Task, outcome: Outcome) -> None:
        """Make the result, unless it exists. Raises UserError or OSError."""
        photo, target = task.photo, task.target
        if task.is_original:
            raise OSError(f"its result would overwrite another photo, {target}.")
        outcome.was_there = self.keeps(target, photo, outcome)
        if outcome.was_there and self.seed is None:
            return
        if is_film(photo):
            said = colour_film(photo, target, self.film_options)
            outcome.messages += [(photo, note) for note in said]
            return
        known, notes = read_sidecar(photo)
        outcome.messages += notes
        result = self.colour(photo, self.options, known)
        if not outcome.was_there:
            save(result, target)
            outcome.messages += [(photo, words) for words in offered(result)]
        if self.seed is not None:
            self.propose(task, result, known, outcome)

    def keeps(self, target: Path, photo: Path, outcome: Outcome) -> bool:
        """Whether a result is there already, and stays; says so."""
        if self.overwrite or not target.exists():
            return False
        note = f"{target} already exists; use --overwrite to replace it."
        outcome.messages.append((photo, note))
        return True

    def colour(
        self, photo: Path, options: service.Options, known: service.Metadata | None
    ) -> service.Result:
        return service.colorize(
            read(photo), options, photo.name, known=known, output=self.output, page=self.page
        )

    def propose(
        self,
        task: Task,
        result: service.Result,
        known: service.Metadata | None,
        outcome: Outcome,
    ) -> None:
        """Make the proposals beside the result, and tell the hints of each."""
        others = service.other_options(result, self.seed or 0)
        if not others:
            outcome.messages.append((task.photo, "Nothing else is likely for this picture."))
        for number, options in enumerate(others, 1):
            target = proposal_path(task.target, number, self.output)
            if not self.keeps(target, task.photo, outcome):
                save(self.colour(task.photo, options, known), target)
                hints = arguments_for({"hints": options.hints})
                outcome.messages.append((target, f"made with {hints}"))


def proposal_path(target: Path, number: int, output: Output) -> Path:
    """NAME-proposal1-colorized.jpg, beside NAME-colorized.jpg."""
    name = target.name.removesuffix(output.suffix)
    return target.with_name(with_ending(name, f"-proposal{number}{output.suffix}"))


def read_sidecar(photo: Path) -> tuple[service.Metadata | None, list[tuple[Path, str]]]:
    """What the photo's sidecar says. Of one that cannot be read, a message, and it is left out."""
    if not (file := sidecar_of(photo)):
        return None, []
    try:
        with file.open("rb") as opened:
            return service.read_sidecar(opened.read(xmp.MAX_SIZE + 1)), []
    except (UserError, OSError):
        words = f"it could not be read as XMP; {photo.name} is coloured without it."
        return None, [(file, words)]


def offered(result: service.Result) -> list[str]:
    """What was noticed about the photo, and which arguments to add to colour it again."""
    return [
        f"{offer.sentence} {offer.label}: add {arguments_for(offer.changes)} --overwrite."
        if offer.changes
        else f"{offer.sentence} --page chooses another."
        for offer in offers(result.noticed, result.options)
    ]


def read(photo: Path) -> bytes:
    """Read a whole file if it starts like a photo.

    Raises WrongType, or OSError (also for a device or a pipe, which may have no end).
    """
    if photo.exists() and not photo.is_file():
        raise OSError(errno.EINVAL, "Not a file")
    check_type(head(photo), photo.name)
    return photo.read_bytes()


def save(result: service.Result, target: Path) -> None:
    """Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with draft(target) as path, path.open("wb") as file, result.file as content:
        shutil.copyfileobj(content, file)


def lost(task: Task, status: int) -> Outcome:
    """Of a photo whose process ended; `status`: its exit status, negative for a signal."""
    if status == -signal.SIGKILL:
        why = (
            "the system ended the process that coloured it, as happens when memory runs out. Try "
            "it again with fewer --processes."
        )
    else:
        why = f"the process that coloured it ended unexpectedly (status {status})."
    return Outcome(messages=[(task.photo, why)])
