"""manage.py colorize PHOTO…: photos on disk, beside their colour versions."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from colorize import service
from colorize.drafts import draft
from colorize.errors import ColorizeError
from colorize.management.loading import load_network
from colorize.photo import SUFFIXES


class Command(BaseCommand):
    help = (
        "Colorize photos and folders of photos. Each result is saved beside its original, or in "
        "the folder of -o, as NAME-colorized.jpg. Originals are never written over."
    )

    # Files that this run must not write: the originals, and the results that it made.
    taken: set[Path]
    # Of the results that are there at the end, those that were before.
    before: int

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="file or folder")
        parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder for results")
        parser.add_argument(
            "--vividness",
            type=vividness,
            default=settings.VIVIDNESS,
            metavar="V",
            help=f"from 0, faithful, to 1, vivid (default {settings.VIVIDNESS:g})",
        )
        parser.add_argument("--network", default="", metavar="N", help="a name from the manifest")
        parser.add_argument(
            "--overwrite", action="store_true", help="make results again that are there already"
        )
        parser.add_argument(
            "--drop-metadata",
            action="store_true",
            help="leave the original's date, artist and copyright out of the result",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        choice = service.Options(
            vividness=options["vividness"],
            network=options["network"],
            keep_origin=not options["drop_metadata"],
        )
        load_network(choice.network)
        photos = list(find(options["photos"]))
        if not photos:
            raise CommandError(f"There are no photos in {', '.join(map(str, options['photos']))}.")
        if options["output"]:
            make(options["output"])
        self.before = 0
        self.taken = {photo.resolve() for photo in photos}
        failed = sum(
            not self.one(photo, options["output"] or photo.parent, choice, options["overwrite"])
            for photo in tqdm(photos, unit="photo", disable=not sys.stderr.isatty())
        )
        before = f", {self.before} of them before" if self.before else ""
        self.stdout.write(f"{len(photos) - failed} of {len(photos)} photos done{before}.")
        if failed:
            sys.exit(1)

    def one(self, photo: Path, folder: Path, options: service.Options, overwrite: bool) -> bool:
        """Whether the photo's result is there at the end; if not, says why."""
        target = folder / service.colorized_name(photo.name)
        try:
            if target.resolve() in self.taken:
                self.report(photo, f"its result would be {target}, another photo or its result.")
                return False
            self.taken.add(target.resolve())
            if target.exists() and not overwrite:
                self.report(photo, f"{target} is there already; --overwrite makes it again.")
                self.before += 1
            else:
                jpeg = service.colorize(read(photo), options, photo.name).jpeg
                with draft(target) as path:
                    path.write_bytes(jpeg)
            return True
        except ColorizeError as problem:
            self.report(photo, problem.message)
        except OSError as problem:
            self.report(photo, problem.strerror or str(problem))
        return False

    def report(self, photo: Path, message: str) -> None:
        tqdm.write(f"{photo}: {message}", file=self.stderr._out)


def vividness(text: str) -> float:
    try:
        if 0 <= (value := float(text)) <= 1:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 1")


def find(paths: list[Path]) -> Iterator[Path]:
    """The files named, and the photos below the folders named, less our own results."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if is_original(file))
        else:
            yield path


def is_original(file: Path) -> bool:
    photo = file.suffix.lower() in SUFFIXES and file.is_file()
    return photo and not file.stem.endswith("-colorized")


def make(folder: Path) -> None:
    """The folder for the results, where files can be written. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as problem:
        why = problem.strerror or problem
        message = f"Results cannot be written to {folder} ({why}); name another folder with -o."
        raise CommandError(message) from problem


def read(photo: Path) -> bytes:
    """The file, unless it is too large to be worth reading."""
    if photo.stat().st_size > settings.PHOTO_MAX_BYTES:
        raise service.too_large()
    return photo.read_bytes()
