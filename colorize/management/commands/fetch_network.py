"""manage.py fetch_network NAME: download a published network."""

import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from colorize.engine import networks
from colorize.engine.networks.caffe import CaffeError
from colorize.engine.networks.download import DownloadError, Show
from colorize.engine.networks.fetch import FetchError, fetch
from colorize.engine.networks.manifest import (
    Entry,
    ManifestError,
    RuntimeMissingError,
    WeightsAlteredError,
    WeightsMissingError,
    read_manifest,
)


class Command(BaseCommand):
    help = (
        "Download networks listed in the manifest. Files are checked by hash before use, and an "
        "interrupted download continues where it stopped."
    )
    # The checks refuse missing and altered networks, which this command repairs.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="a name from the manifest")
        parser.add_argument("--all", action="store_true", help="every one, in its first form")
        parser.add_argument(
            "--from",
            nargs="+",
            type=Path,
            default=[],
            dest="given",
            metavar="FILE",
            help="published files that are here already, instead of downloading them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given: list[Path] = options["given"]
        chosen = choose(options["names"], options["all"])
        if given and len(chosen) != 1:
            raise CommandError("--from goes with one network.")
        failed = [entry.name for entry in chosen if not self.one(entry, given)]
        if failed:
            raise CommandError(f"Not fetched: {', '.join(failed)}.")

    def one(self, entry: Entry, given: list[Path]) -> bool:
        """Fetch one network. Returns whether it is there now; if not, prints why."""
        try:
            entry.require_runtime()
            if is_right(entry):
                self.stdout.write(f"{entry.name} is already there.")
                return True
            with ExitStack() as bars:
                fetch(entry, given, lambda file: progress(bars, file))
            networks.read(settings.MODELS_DIR, entry.name)
        except (RuntimeMissingError, FetchError, DownloadError, CaffeError) as problem:
            self.stderr.write(str(problem))
        except networks.NetworkError as problem:
            entry.path.unlink(missing_ok=True)
            self.stderr.write(f"{problem} The file was deleted again.")
        except OSError as problem:
            self.stderr.write(f"{problem.filename or entry.label}: {problem.strerror or problem}.")
        else:
            self.stdout.write(f"{entry.name} is there: {entry.label}.")
            return True
        return False


def choose(names: list[str], every: bool) -> list[Entry]:
    """The manifest's entries for the given names. Raises CommandError."""
    try:
        entries = read_manifest(settings.MODELS_DIR)
    except ManifestError as problem:
        raise CommandError(str(problem)) from problem
    known = {name: entry for name, entry in entries.items() if entry.downloads}
    if unknown := [name for name in names if name not in known]:
        raise CommandError(
            f"There is no network “{unknown[0]}” to fetch. Choose from: {', '.join(known)}."
        )
    if every == bool(names):
        raise CommandError(f"Name a network or use --all. Choose from: {', '.join(known)}.")
    if every:
        return [entry for entry in known.values() if not entry.alternative_to]
    return [known[name] for name in dict.fromkeys(names)]


def is_right(entry: Entry) -> bool:
    try:
        entry.verify()
    except (WeightsMissingError, WeightsAlteredError):
        return False
    return True


def progress(bars: ExitStack, file: str) -> Show:
    """A progress bar for one file; hidden unless on a terminal."""
    quiet = not sys.stderr.isatty()
    bar = bars.enter_context(tqdm(desc=file, unit="B", unit_scale=True, disable=quiet))

    def show(here: int, total: int | None) -> None:
        bar.total = total
        bar.update(here - bar.n)

    return show
