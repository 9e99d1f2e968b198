"""manage.py evaluate FOLDER: how good the networks are on a folder of colour photos."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from colorize import networks
from colorize.evaluation import report
from colorize.evaluation.classes import Judge, NoJudge, find_judge
from colorize.evaluation.gallery import Gallery
from colorize.evaluation.metrics import SIDE
from colorize.evaluation.run import Evaluation, Plan, photos_in
from colorize.evaluation.sizes import SIZES
from colorize.management.loading import load_network
from colorize.photo import SUFFIXES


class Command(BaseCommand):
    help = (
        "Measure networks on the colour photos in a folder (and below it): area under the curve of "
        "the ab error, plain and class-rebalanced, PSNR, SSIM, colourfulness, chroma and time, as "
        "a Markdown table; whether the confidence keeps its word; patches on flat ground. Photos "
        f"are measured at {SIDE} pixels on the short side. Where folders are named for ImageNet "
        "classes (n01440764), also whether a classifier still knows what the photos show."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--network", nargs="+", default=[], metavar="N", help="default: all")
        parser.add_argument("--gallery", type=Path, metavar="HTML", help="also write a page")
        parser.add_argument(
            "--sizes", action="store_true", help="also how colours change with the input size"
        )
        only_one = parser.add_mutually_exclusive_group()
        only_one.add_argument(
            "--tones", action="store_true", help="the photos are faces: also errors by skin tone"
        )
        only_one.add_argument(
            "--no-truth", action="store_true", help="the photos are black and white: no errors"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = find(options["folder"])
        loaded = [load_network(name) for name in options["network"] or present()]
        evaluation = Evaluation(loaded, self.plan(paths, options))
        self.measure(paths, evaluation, options["gallery"])
        for lines in results(evaluation):
            self.stdout.write("\n".join([*lines, "", ""]))

    def plan(self, paths: list[Path], options: dict[str, Any]) -> Plan:
        truth = not options["no_truth"]
        return Plan(
            ends=sorted({0.0, settings.VIVIDNESS, 1.0}),
            truth=truth,
            sizes=SIZES if options["sizes"] else (),
            tones=options["tones"],
            judge=self.judge(paths) if truth else None,
        )

    def judge(self, paths: list[Path]) -> Judge | None:
        try:
            return find_judge(paths)
        except NoJudge as problem:
            self.stdout.write(f"Top-1 of a classifier is left out: {problem}\n\n")
            return None

    def measure(self, paths: list[Path], evaluation: Evaluation, page: Path | None) -> None:
        others = [*paths[1:], *paths[:1]]
        bar = tqdm(zip(paths, others, strict=True), total=len(paths), disable=not on_a_terminal())
        try:
            with Gallery(page) if page else nullcontext() as gallery:
                evaluation.show = gallery.add if gallery else None
                for path, other in bar:
                    evaluation.add(path, other)
                if gallery and evaluation.plan.truth:
                    for name, reliability in evaluation.reliability.items():
                        gallery.draw(name, reliability)
        except OSError as problem:
            raise CommandError(f"A photo cannot be read: {problem}") from problem


def find(folder: Path) -> list[Path]:
    """Raises CommandError where there is no photo."""
    if folder.is_file():
        raise CommandError(f"{folder} is a file: name the folder that it is in.")
    if not folder.exists():
        raise CommandError(f"There is no folder {folder}.")
    if paths := photos_in(folder):
        return paths
    *most, last = sorted(SUFFIXES)
    kinds = f"{', '.join(most)} or {last}"
    raise CommandError(f"There are no photos in {folder}: files that end in {kinds} count.")


def on_a_terminal() -> bool:
    return sys.stderr.isatty()


def present() -> list[str]:
    return [entry.name for entry in networks.present(settings.MODELS_DIR)]


def results(evaluation: Evaluation) -> Iterator[Iterable[str]]:
    """The tables that the plan asked for."""
    if evaluation.plan.truth:
        sizes = {e.name: e.size / 1e6 for e in networks.present(settings.MODELS_DIR)}
        yield report.table(evaluation.rows(), sizes)
        for name, reliability in evaluation.reliability.items():
            yield report.trust(name, reliability)
    yield report.patches(evaluation.looks())
    if evaluation.plan.sizes:
        yield report.spread(evaluation.spreads)
    if evaluation.tones:
        yield report.tones(evaluation.tones)
