"""Colours numbered photos as the frames of a film: steady, and as a film or as photos again."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from django.conf import settings
from tqdm import tqdm

from colorize import films, service
from colorize.engine.atomic_files import draft
from colorize.engine.errors import UserError
from colorize.engine.filenames import result_name
from colorize.engine.networks import Network
from colorize.engine.options import Options
from colorize.engine.photo import Photo
from colorize.engine.video.errors import FilmTooLarge, clock
from colorize.engine.video.sequence import finish_frame, steady_frames, write_film
from colorize.management.folders import FILM_SUFFIX, Targets, real
from colorize.management.one_photo import Outcome, Way, read, save
from colorize.management.sequences import FILM, Sequence, SequenceError, sequence_in


class FrameError(Exception):
    """What is wrong with one frame, in a sentence."""

    def __init__(self, frame: Path, message: str) -> None:
        super().__init__(message)
        self.frame = frame


@dataclass
class Reader:
    """Reads frames, which all have the `size` of the first, of `most` pixels."""

    options: Options
    most: float = inf
    size: tuple[int, int] | None = None

    def photo(self, frame: Path) -> Photo:
        """Raises FrameError, or OSError."""
        try:
            photo = service.prepare(read(frame), self.options, frame.name)
            self.check(photo.width, photo.height)
        except UserError as problem:
            raise FrameError(frame, problem.message) from problem
        if self.size != (photo.width, photo.height):
            raise FrameError(
                frame,
                f"It has {photo.width} × {photo.height} pixels, unlike the first frame. All frames "
                "of a film have the same size.",
            )
        return photo

    def check(self, width: int, height: int) -> None:
        """Of the first frame. Raises FilmTooLarge."""
        self.size = self.size or (width, height)
        if width * height > self.most:
            limit = f"{self.most / 1e6:g} megapixels"
            raise FilmTooLarge(size=f"{width} × {height} pixels", limit=limit)


@dataclass(frozen=True)
class SequenceWay:
    """How sequences are coloured. `rate`: frames a second; `output`: the folder of what becomes of
    them, None beside their originals."""

    way: Way
    kind: str
    rate: float
    output: Path | None

    def do(self, folder: Path) -> Outcome:
        outcome = Outcome()
        try:
            found = sequence_in(folder)
            if found.missing:
                outcome.messages.append((folder, f"frame {found.missing} is missing."))
            make = self.as_film if self.kind == FILM else self.as_photos
            outcome.result = make(found, outcome)
        except FrameError as problem:
            outcome.messages.append((problem.frame, str(problem)))
        except SequenceError as problem:
            outcome.messages.append((folder, str(problem)))
        except UserError as problem:
            outcome.messages.append((folder, problem.message))
        except OSError as problem:
            outcome.messages.append((folder, problem.strerror or str(problem)))
        return outcome

    def as_film(self, found: Sequence, outcome: Outcome) -> Path:
        """Returns the film. Raises FrameError, SequenceError, a FilmError, or OSError."""
        films.check(self.way.film_options)
        folder = real(found.folder)
        target = (self.output or folder.parent) / result_name(folder.name, FILM_SUFFIX)
        if self.is_kept([target], found, outcome):
            return target
        photos = map(Reader(self.way.options, settings.FILM_PIXELS).photo, shown(self.part(found)))
        with draft(target) as path:
            write_film(photos, self.network, self.way.film_options, self.rate, path)
        return target

    def as_photos(self, found: Sequence, outcome: Outcome) -> Path:
        """Returns their folder. Raises FrameError, SequenceError, or OSError."""
        targets = Targets([found.folder], self.output, self.way.output.suffix)
        goals = {frame: targets.of(frame) for frame in found.frames}
        frames = self.part(found)
        folder = self.output or found.folder
        if self.is_kept([goals[frame] for frame in frames], found, outcome):
            return folder
        options = replace(self.way.options, network=self.network.name)
        reader = Reader(self.way.options)
        photos = map(reader.photo, shown(frames))
        for path, frame in zip(
            frames, steady_frames(photos, self.network, self.way.film_options), strict=True
        ):
            # The others were done before the command was stopped, in the same colours.
            if self.way.overwrite or not goals[path].exists():
                # Read again, as so many large photos would not fit into memory.
                photo = reader.photo(path)
                save(finish_frame(photo, frame, options, self.way.output), goals[path])
        return folder

    def part(self, found: Sequence) -> tuple[Path, ...]:
        """Raises SequenceError."""
        asked = self.way.film_options
        first, last = round(asked.start * self.rate), round(asked.end * self.rate)
        if frames := found.frames[first : last or None]:
            return frames
        length = clock(len(found.frames) / self.rate)
        raise SequenceError(f"Nothing of the film is left; it is {length} long.")

    def is_kept(self, targets: list[Path], found: Sequence, outcome: Outcome) -> bool:
        if self.way.overwrite or not all(target.exists() for target in targets):
            return False
        what = (
            f"{targets[0]} already exists"
            if len(targets) == 1
            else "All of it is already in colour"
        )
        outcome.messages.append((found.folder, f"{what}; use --overwrite to replace it."))
        outcome.was_there = True
        return True

    @property
    def network(self) -> Network:
        return service.load_network(self.way.options.network)


def shown(frames: tuple[Path, ...]) -> Iterator[Path]:
    """The same, with a bar of progress on a terminal."""
    off = not sys.stderr.isatty()
    return iter(tqdm(frames, unit="frame", leave=False, disable=off))
