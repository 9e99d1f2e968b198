"""manage.py colorize PHOTO…: colour photos on disk."""

import errno
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from colorize import service
from colorize.engine.atomic_files import draft
from colorize.engine.errors import UserError
from colorize.engine.formats import check_type
from colorize.engine.metadata import xmp
from colorize.engine.outputs import JPEG, OUTPUTS, Output
from colorize.management.folders import Found, Targets, find, head, place, sidecar_of
from colorize.management.loading import load_network
from colorize.management.options import add_options, arguments_for, options_of
from colorize.web.offers import offers


class Command(BaseCommand):
    help = (
        "Colour photos and folders of photos. Each result is saved as NAME-colorized.jpg (or as "
        "another kind of file: --format), next to its original or in the folder given with -o "
        "(with the same subfolders). Originals are never overwritten. What an XMP file beside a "
        "photo (scan.xmp or scan.tif.xmp) says about it counts before what the photo says itself."
    )

    # Files that this run must not overwrite.
    originals: set[Path]
    # Number of results that existed before this run.
    before: int
    # The kind of the results.
    output: Output
    # Page of files that have several.
    page: int

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="file or folder")
        parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder for results")
        add_options(parser)
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
            "--overwrite", action="store_true", help="replace results that exist already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        choice, self.output = options_of(options), OUTPUTS[options["format"]]
        load_network(choice.network)
        found = find(options["photos"])
        for problem in found.problems:
            self.report(problem.filename, problem.strerror or str(problem))
        if not found.photos:
            places = ", ".join(map(str, options["photos"]))
            raise CommandError(f"There are no photos in {places}{skipped(found, '; ')}.")
        if found.skipped:
            self.report("Note", f"{skipped(found)}.")
        if options["output"]:
            make(options["output"])
        self.before, self.page = 0, options["page"]
        self.originals = set(map(place, found.photos))
        page = f"-page{self.page}" if self.page > 1 else ""
        targets = Targets(options["photos"], options["output"], f"{page}{self.output.suffix}")
        failed = sum(
            not self.one(photo, targets.of(photo), choice, options["overwrite"])
            for photo in tqdm(found.photos, unit="photo", disable=not sys.stderr.isatty())
        )
        number = len(found.photos)
        before = f", {self.before} of them earlier" if self.before else ""
        self.stdout.write(f"{number - failed} of {number} photos done{before}.")
        if failed or found.problems:
            sys.exit(1)

    def one(self, photo: Path, target: Path, options: service.Options, overwrite: bool) -> bool:
        """Colour one photo. Returns whether its result exists now; if not, prints why."""
        try:
            if place(target) in self.originals:
                self.report(photo, f"its result would overwrite another photo, {target}.")
                return False
            if target.exists() and not overwrite:
                self.report(photo, f"{target} exists already; use --overwrite to replace it.")
                self.before += 1
            else:
                result = self.colorize(photo, options)
                save(result, target)
                self.offer(photo, result)
            return True
        except UserError as problem:
            self.report(photo, problem.message)
        except OSError as problem:
            self.report(photo, problem.strerror or str(problem))
        return False

    def colorize(self, photo: Path, options: service.Options) -> service.Result:
        """Raises UserError or OSError."""
        known = self.sidecar(photo)
        output, page = self.output, self.page
        return service.colorize(
            read(photo), options, photo.name, known=known, output=output, page=page
        )

    def sidecar(self, photo: Path) -> service.Metadata | None:
        """What the photo's sidecar says. One that cannot be read is reported and left out."""
        if not (file := sidecar_of(photo)):
            return None
        try:
            with file.open("rb") as opened:
                return service.read_sidecar(opened.read(xmp.MAX_SIZE + 1))
        except (UserError, OSError):
            self.report(file, f"it could not be read as XMP; {photo.name} is coloured without it.")
            return None

    def offer(self, photo: Path, result: service.Result) -> None:
        """Say what was noticed about the photo, and which arguments to add to colour it again."""
        for offer in offers(result.noticed, result.options):
            again = f"{offer.label}: add {arguments_for(offer.changes)} --overwrite."
            more = again if offer.changes else "--page chooses another."
            self.report(photo, f"{offer.sentence} {more}")

    def report(self, photo: Path | str, message: str) -> None:
        tqdm.write(f"{photo}: {message}", file=self.stderr._out)


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
