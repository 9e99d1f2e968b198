"""manage.py colorize PHOTO…: colour photos and films on disk."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from colorize.checks import NETWORKS
from colorize.engine.networks import forget
from colorize.engine.outputs import JPEG, OUTPUTS
from colorize.engine.proposals import MOST_SEEDS
from colorize.management.folders import Found, Targets, find, is_film, place
from colorize.management.loading import load_network
from colorize.management.one_photo import Outcome, Task, Way, lost
from colorize.management.one_sequence import SequenceWay
from colorize.management.options import (
    add_film_options,
    add_options,
    add_sequence_options,
    film_options_of,
    options_of,
)
from colorize.management.processes import Pool
from colorize.management.sequences import FILM
from colorize.service import takes_hints

# As shells say it of Ctrl+C.
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Colour photos, films and folders of them. Each result is saved as NAME-colorized.jpg (or "
        "as another kind of file: --format), a film as NAME-colorized.mp4, next to its original or "
        "in the folder given with -o (with the same subfolders). Originals are never overwritten. "
        "What an XMP file beside a photo (scan.xmp or scan.tif.xmp) says about it counts before "
        "what the photo says itself."
    )

    # Of the site it needs nothing else.
    requires_system_checks = [NETWORKS]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="file or folder")
        parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder for results")
        add_options(parser)
        add_film_options(parser)
        add_sequence_options(parser)
        kinds = " ".join(f"{each.key}: {each.name}. {each.help}" for each in OUTPUTS.values())
        parser.add_argument(
            "--format", choices=OUTPUTS, default=JPEG.key, help=f"kind of the results. {kinds}"
        )
        parser.add_argument(
            "--page",
            type=int,
            default=1,
            metavar="NUMBER",
            help="page of TIFFs that have several. Default: 1. Results of other pages are named "
            "NAME-page2-colorized.jpg.",
        )
        parser.add_argument(
            "--proposals",
            action="store_true",
            help="also make up to four pictures of one photo in other colours that it may well "
            "have, NAME-proposal1-colorized.jpg and so on, and tell the hints that make each.",
        )
        parser.add_argument(
            "--seed",
            type=seed,
            default=0,
            metavar="NUMBER",
            help="a different one gives different proposals, the same one the same. Default: 0.",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="replace results that already exist"
        )
        parser.add_argument(
            "--processes",
            type=whole,
            default=1,
            metavar="NUMBER",
            help="colour this many photos at once, each in a process with memory of its own. "
            "Default: 1.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        choice = options_of(options)
        load_network(choice.network)
        way = Way(
            choice,
            OUTPUTS[options["format"]],
            options["page"],
            options["overwrite"],
            film_options_of(options),
            options["seed"] if options["proposals"] else None,
        )
        if options["sequence"]:
            self.do_sequences(way, options)
        else:
            self.do_photos(way, options)

    def do_sequences(self, way: Way, options: dict[str, Any]) -> None:
        if way.options.hints or way.seed is not None or way.page > 1:
            raise CommandError(
                "--hint, --proposals and --page are for one photo, and not for sequences."
            )
        if options["output"]:
            make(options["output"])
        kind, folders = options["sequence"], options["photos"]
        sequences = SequenceWay(way, kind, options["rate"], options["output"])
        noun = "film" if kind == FILM else "sequence"
        if self.do(map(sequences.do, folders), len(folders), noun):
            sys.exit(1)

    def do_photos(self, way: Way, options: dict[str, Any]) -> None:
        found = find(options["photos"])
        for problem in found.problems:
            self.report(problem.filename, problem.strerror or str(problem))
        if not found.photos:
            places = ", ".join(map(str, options["photos"]))
            raise CommandError(f"There are no photos in {places}{skipped(found, '; ')}.")
        if way.options.hints and not is_one_photo(options["photos"]):
            raise CommandError(
                "--hint says what colour a place in one photo is. Name one photo, and no folder."
            )
        if options["proposals"]:
            check_proposals(options["photos"], way.options.network)
        if found.skipped:
            self.report("Note", f"{skipped(found)}.")
        if options["output"]:
            make(options["output"])
        numbered = f"-page{way.page}" if way.page > 1 else ""
        targets = Targets(options["photos"], options["output"], f"{numbered}{way.output.suffix}")
        made = outcomes(tasks(found.photos, targets), way, options["processes"])
        failed = self.do(made, len(found.photos), noun_of(found.photos))
        if failed or found.problems:
            sys.exit(1)

    def do(self, outcomes: Iterable[Outcome], total: int, noun: str) -> int:
        """Colour all; returns how many failed. Ends the command at Ctrl+C. `noun`: what each is."""
        results: list[Path] = []
        before = 0
        try:
            for outcome in self.shown(outcomes, total, noun):
                results += [outcome.result] if outcome.result else []
                before += outcome.was_there
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped. {told(len(results), total, before, noun)}")
            sys.exit(INTERRUPTED)
        self.stdout.write(told(len(results), total, before, noun))
        if results:
            self.stdout.write(where(results))
        return total - len(results)

    def shown(self, outcomes: Iterable[Outcome], total: int, noun: str) -> Iterator[Outcome]:
        """The same, with a progress bar on a terminal, and what there is to say."""
        for outcome in tqdm(outcomes, unit=noun, total=total, disable=not sys.stderr.isatty()):
            for file, message in outcome.messages:
                self.report(file, message)
            yield outcome

    def report(self, file: Path | str, message: str) -> None:
        tqdm.write(f"{file}: {message}", file=self.stderr._out)


def is_one_photo(paths: list[Path]) -> bool:
    return len(paths) == 1 and paths[0].is_file() and not is_film(paths[0])


def check_proposals(paths: list[Path], network: str) -> None:
    """Raises CommandError."""
    if not is_one_photo(paths):
        raise CommandError("--proposals are made of one photo. Name one photo, and no folder.")
    if not takes_hints(network):
        raise CommandError("This network makes no proposals. Choose another with --network.")


def tasks(photos: list[Path], targets: Targets) -> list[Task]:
    """In their order, by which each gets its target."""
    originals = set(map(place, photos))
    goals = [(photo, targets.of(photo)) for photo in photos]
    return [Task(photo, target, place(target) in originals) for photo, target in goals]


def outcomes(tasks: list[Task], way: Way, processes: int) -> Iterator[Outcome]:
    number = min(processes, len(tasks))
    if number == 1:
        yield from map(way.do, tasks)
        return
    # Each process loads the network for itself.
    forget()
    with Pool(number, way.do, lost) as pool:
        yield from pool.results(tasks)


def whole(text: str) -> int:
    if not text.isdecimal() or not (number := int(text)):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return number


def seed(text: str) -> int:
    if not text.isdecimal() or (number := int(text)) > MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to {MOST_SEEDS}")
    return number


def noun_of(files: list[Path]) -> str:
    """What all of them are."""
    films = sum(map(is_film, files))
    return {0: "photo", len(files): "film"}.get(films, "file")


def told(done: int, total: int, before: int, noun: str) -> str:
    earlier = f", {before} of them earlier" if before else ""
    return f"{done} of {total} {noun}s done{earlier}."


def where(results: list[Path]) -> str:
    """Where they are; for several, the folder that has all of them in it or below."""
    if len(results) == 1:
        return f"The result is {results[0]}"
    folder = os.path.commonpath([result.parent.absolute() for result in results])
    return f"The results are in {folder}"


def skipped(found: Found, before: str = "") -> str:
    """A note about skipped files; empty if there are none."""
    number = found.skipped
    files = "1 file" if number == 1 else f"{number} files"
    return f"{before}skipped {files} of other types" if number else ""


def make(folder: Path) -> None:
    """Create the folder for results and check that it is writable. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as problem:
        why = problem.strerror or problem
        message = f"Results cannot be written to {folder} ({why}). Choose another folder with -o."
        raise CommandError(message) from problem
