"""manage.py evaluate FOLDER: measure networks on a folder of colour photos."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from colorize.checks import NETWORKS
from colorize.engine import networks
from colorize.engine.errors import UserError
from colorize.engine.formats import PHOTO_ENDINGS
from colorize.engine.networks import Network
from colorize.engine.networks.manifest import RuntimeMissingError
from colorize.evaluation import fooled, report
from colorize.evaluation.classes import Judge, NoJudge, find_judge
from colorize.evaluation.conditions import CONDITIONS
from colorize.evaluation.fooled import Fooled
from colorize.evaluation.gallery import Gallery, written
from colorize.evaluation.metrics import SIDE
from colorize.evaluation.run import (
    Evaluation,
    Plan,
    Sample,
    photos_in,
    read_sample,
    with_others,
)
from colorize.evaluation.sizes import SIZES
from colorize.evaluation.spoiled import Spoiled
from colorize.management.loading import load_network, present

# Rows that do not depend on where photos come from.
ANCHORS = {"Random", "Ground truth"}


class Command(BaseCommand):
    # Number of photos that could not be read.
    left_out: int

    help = (
        "Measure networks on the colour photos in a folder and its subfolders. Prints Markdown "
        "tables: area under the curve of the ab error (plain and class-rebalanced), PSNR, SSIM, "
        "colourfulness, chroma and time; colour differences (CIEDE2000), the range of colours and "
        "the best vividness; errors by subfolder; how reliable the confidence is; patches on flat "
        f"areas. Photos are measured at {SIDE} pixels on the short side. If the folders are named "
        "after ImageNet classes (n01440764), it also measures whether a classifier still "
        "recognises the photos."
    )

    # Of the site it needs nothing else.
    requires_system_checks = [NETWORKS]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--network", nargs="+", default=[], metavar="N", help="default: all")
        parser.add_argument("--gallery", type=Path, metavar="HTML", help="also write an HTML page")
        parser.add_argument(
            "--fooled",
            type=Path,
            metavar="JSON",
            help="also show how often people took the colours for real: what "
            "manage.py real_or_fake_results --json has printed",
        )
        parser.add_argument(
            "--sizes",
            action="store_true",
            help="also measure how colours change with the input size",
        )
        parser.add_argument(
            "--framed",
            action="store_true",
            help="also measure whether borders are found: on framed copies of the photos (tilted, "
            "textured, captioned, in mats), and on the photos as they are",
        )
        parser.add_argument(
            "--turned",
            action="store_true",
            help="for upright positives: also measure whether turned and inverted ones are noticed",
        )
        parser.add_argument(
            "--hints",
            action="store_true",
            help="also measure how much nearer to the truth colour hints bring the colours",
        )
        only_one = parser.add_mutually_exclusive_group()
        only_one.add_argument(
            "--tones",
            action="store_true",
            help="for photos of faces: also measure errors by skin tone",
        )
        only_one.add_argument(
            "--no-truth", action="store_true", help="for black-and-white photos: measure no errors"
        )
        only_one.add_argument(
            "--conditions",
            nargs="*",
            choices=CONDITIONS,
            metavar="C",
            help="instead of all else, measure copies of the photos that are "
            f"{', '.join(CONDITIONS)} (default: all of these)",
        )
        parser.add_argument(
            "--keep-tones",
            action="store_true",
            help="show faded and dark photos to the network as they are, to see what is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = find(options["folder"])
        loaded = [load_network(name) for name in options["network"] or self.names()]
        self.left_out = 0
        measured = self.usual if options["conditions"] is None else self.spoiled
        for lines in measured(paths, loaded, options):
            self.stdout.write("\n".join([*lines, "", ""]))
        if self.left_out:
            raise CommandError(
                f"{self.left_out} of {len(paths)} photos could not be read and were left out."
            )

    def usual(
        self, paths: list[Path], loaded: list[Network], options: dict[str, Any]
    ) -> Iterator[Iterable[str]]:
        people = self.people(options["fooled"])
        evaluation = Evaluation(loaded, self.plan(paths, options))
        with page(options["gallery"], evaluation.plan) as gallery:
            samples = self.samples(paths, options["folder"], evaluation.plan.sizes)
            self.measure(samples, evaluation, gallery)
        yield from results(evaluation, people)

    def spoiled(
        self, paths: list[Path], loaded: list[Network], options: dict[str, Any]
    ) -> Iterator[Iterable[str]]:
        plan = Plan(ends(), stretch=not options["keep_tones"])
        spoiled = Spoiled(loaded, plan, options["conditions"] or CONDITIONS)
        for sample in self.samples(paths, options["folder"], ()):
            spoiled.add(sample)
        yield from spoiled.tables()

    def names(self) -> Iterator[str]:
        """Names of the networks that are on disk and can run here."""
        for entry in present():
            try:
                entry.require_runtime()
                yield entry.name
            except RuntimeMissingError as problem:
                self.stderr.write(f"Left out: {problem}")

    def plan(self, paths: list[Path], options: dict[str, Any]) -> Plan:
        truth = not options["no_truth"]
        return Plan(
            ends=ends(),
            stretch=not options["keep_tones"],
            truth=truth,
            sizes=SIZES if options["sizes"] else (),
            tones=options["tones"],
            turned=options["turned"],
            framed=options["framed"] and truth,
            hints=options["hints"] and truth,
            judge=self.judge(paths) if truth else None,
        )

    def people(self, path: Path | None) -> list[Fooled]:
        """How often they were fooled, if that is known. Raises CommandError."""
        try:
            return fooled.read(path) if path else []
        except fooled.NoResults as problem:
            raise CommandError(f"--fooled: {problem}") from problem

    def judge(self, paths: list[Path]) -> Judge | None:
        try:
            return find_judge(paths)
        except NoJudge as problem:
            self.stdout.write(f"Classifier accuracy is left out: {problem}\n\n")
            return None

    def measure(
        self, samples: Iterable[Sample], evaluation: Evaluation, gallery: Gallery | None
    ) -> None:
        evaluation.show = gallery.add if gallery else None
        for sample, other in with_others(samples):
            evaluation.add(sample, other)
        if gallery and evaluation.plan.truth:
            for name, reliability in evaluation.reliability.items():
                gallery.draw(name, reliability)
        if gallery and evaluation.reaches:
            gallery.draw_reach(evaluation.reaches)

    def samples(self, paths: list[Path], folder: Path, sizes: Sequence[int]) -> Iterator[Sample]:
        """The readable photos; others are printed and counted."""
        for path in tqdm(paths, disable=not on_a_terminal()):
            try:
                yield read_sample(path, folder, sizes)
            except UserError as problem:
                self.leave_out(path, problem.message)
            except OSError as problem:
                self.leave_out(path, problem.strerror or str(problem))
        if self.left_out == len(paths):
            raise CommandError(f"None of the photos ({len(paths)}) could be read.")

    def leave_out(self, path: Path, why: str) -> None:
        self.left_out += 1
        tqdm.write(f"{path}: {why}", file=self.stderr._out)


def ends() -> list[float]:
    """The vividnesses to measure."""
    return sorted({0.0, settings.VIVIDNESS, 1.0})


def find(folder: Path) -> list[Path]:
    """The photos in a folder. Raises CommandError if there are none."""
    if folder.is_file():
        raise CommandError(f"{folder} is a file. Name the folder that it is in.")
    if not folder.exists():
        raise CommandError(f"There is no folder {folder}.")
    if paths := photos_in(folder):
        return paths
    *most, last = sorted(PHOTO_ENDINGS)
    kinds = f"{', '.join(most)} or {last}"
    raise CommandError(f"There are no photos in {folder} (files that end in {kinds}).")


@contextmanager
def page(path: Path | None, plan: Plan) -> Iterator[Gallery | None]:
    """The page, if one was asked for. Raises CommandError if it cannot be written."""
    if path is None:
        yield None
        return
    try:
        with written(path, plan) as gallery:
            yield gallery
    except OSError as problem:
        why = problem.strerror or problem
        message = f"The page {path} cannot be written ({why}). Choose another file with --gallery."
        raise CommandError(message) from problem


def on_a_terminal() -> bool:
    return sys.stderr.isatty()


def results(evaluation: Evaluation, people: list[Fooled]) -> Iterator[Iterable[str]]:
    """The tables of the plan."""
    if evaluation.plan.truth:
        sizes = {e.name: e.size / 1e6 for e in networks.present(settings.MODELS_DIR)}
        rows = evaluation.rows()
        yield report.table(rows, sizes, fooled.by_row(people, rows))
        yield [*report.colours(rows), "", *report.advice(evaluation.advice)]
        for name, sources in evaluation.sources().items():
            if name not in ANCHORS:
                yield report.by_source(name, sources)
        for name, reliability in evaluation.reliability.items():
            yield report.trust(name, reliability)
    if evaluation.reaches:
        yield report.hints(evaluation.reaches)
    for name, framing in evaluation.framings.items():
        yield report.framing(name, framing)
    yield report.patches(evaluation.looks())
    if evaluation.plan.sizes:
        yield report.spread(evaluation.spreads)
    if evaluation.turned:
        yield report.turned(evaluation.turned)
    if evaluation.tones:
        yield report.tones(evaluation.tones)
