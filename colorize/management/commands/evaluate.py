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
from colorize.evaluation.metrics import Row
from colorize.evaluation.run import SIDE, evaluate, photos_in

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
        gallery = Gallery(options["gallery"]) if options["gallery"] else nullcontext()
        bar = tqdm(total=len(paths), unit="photo", disable=not sys.stderr.isatty())
        ends = sorted({0.0, settings.VIVIDNESS, 1.0})
        try:
            with gallery as page, bar:
                show = page.add if page else lambda example: None
                rows = list(evaluate(paths, loaded, ends, show, lambda: ignore(bar.update())))
        except OSError as problem:
            raise CommandError(f"A photo cannot be read: {problem}") from problem
        self.stdout.write("\n".join(table(rows)))


def ignore(value: object) -> None:
    """For callbacks whose value nobody wants."""


def present() -> list[str]:
    return [entry.name for entry in networks.present(settings.MODELS_DIR)]


def table(rows: list[tuple[str, Row]]) -> Iterator[str]:
    """Lines of Markdown."""
    sizes = {e.name: e.size / 1e6 for e in networks.present(settings.MODELS_DIR)}
    yield line(*TITLES)
    yield line(*["---"] * len(TITLES))
    for name, row in rows:
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
