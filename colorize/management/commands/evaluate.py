"""manage.py evaluate FOLDER: how good the networks are on a folder of colour photos."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from colorize import networks, service
from colorize.errors import ColorizeError
from colorize.evaluation.gallery import Gallery
from colorize.evaluation.metrics import SIDE, Row
from colorize.evaluation.reliability import WITHIN, Reliability
from colorize.evaluation.run import Evaluation, photos_in

TITLES = (
    "network",
    "AuC",
    "AuC rebalanced",
    "PSNR",
    "SSIM",
    "colourfulness",
    "chroma",
    "ms",
    "MB",
)


class Command(BaseCommand):
    help = (
        "Measure networks on the colour photos in a folder (and below it): area under the curve of "
        "the ab error, plain and class-rebalanced, PSNR, SSIM, colourfulness, chroma and time, as "
        f"a Markdown table. Photos are measured at {SIDE} pixels on the short side."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--network", nargs="+", default=[], metavar="N", help="default: all")
        parser.add_argument("--gallery", type=Path, metavar="HTML", help="also write a page")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = photos_in(options["folder"])
        if not paths:
            raise CommandError(f"There are no photos in {options['folder']}.")
        try:
            loaded = [service.load_network(name) for name in options["network"] or present()]
        except ColorizeError as problem:
            raise CommandError(problem.message) from problem
        evaluation = self.measure(paths, loaded, options["gallery"])
        self.stdout.write("\n".join(table(evaluation.rows())))
        for name, reliability in evaluation.reliability.items():
            self.stdout.write("\n".join(["", *trust(name, reliability)]))

    def measure(
        self, paths: list[Path], loaded: list[networks.Network], page: Path | None
    ) -> Evaluation:
        ends = sorted({0.0, settings.VIVIDNESS, 1.0})
        others = [*paths[1:], *paths[:1]]
        bar = tqdm(zip(paths, others, strict=True), total=len(paths), disable=not on_a_terminal())
        try:
            with Gallery(page) if page else nullcontext() as gallery:
                evaluation = Evaluation(loaded, ends, gallery.add if gallery else None)
                for path, other in bar:
                    evaluation.add(path, other)
        except OSError as problem:
            raise CommandError(f"A photo cannot be read: {problem}") from problem
        return evaluation


def on_a_terminal() -> bool:
    return sys.stderr.isatty()


def present() -> list[str]:
    return [entry.name for entry in networks.present(settings.MODELS_DIR)]


def table(rows: dict[str, Row]) -> Iterator[str]:
    """Lines of Markdown."""
    sizes = {e.name: e.size / 1e6 for e in networks.present(settings.MODELS_DIR)}
    yield line(*TITLES)
    yield line(*["---"] * len(TITLES))
    for name, row in rows.items():
        size = sizes.get(name.split(",")[0])
        yield line(
            name,
            f"{row.auc:.1f}",
            f"{row.auc_rebalanced:.1f}",
            f"{row.psnr:.1f}",
            f"{row.ssim:.3f}",
            f"{row.colourfulness:.1f}",
            f"{row.chroma:.1f}",
            "" if row.milliseconds is None else f"{row.milliseconds:.0f}",
            f"{size:.1f}" if size else "",
        )


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def trust(name: str, reliability: Reliability) -> Iterator[str]:
    """How far the confidence can be trusted, with a bar for each share."""
    yield f"Confidence of {name} (right: an ab error of at most {WITHIN}, vividness 0)"
    yield ""
    yield line("confidence", "pixels", "mean", "right", "")
    yield line(*["---"] * 5)
    for each in reliability.bins():
        yield line(
            f"{each.low:.0%} to {each.high:.0%}",
            f"{each.pixels:.1%}",
            f"{each.confidence:.1%}",
            f"{each.right:.1%}",
            "#" * round(20 * each.right),
        )
    yield ""
    yield f"Rank correlation of confidence and error: {reliability.rank_correlation():.2f}"
