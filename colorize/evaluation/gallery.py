"""An HTML page with grey, result, truth and confidence of each photo, in a single file."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from django.utils.html import format_html
from PIL import Image

from colorize.engine.atomic_files import draft
from colorize.engine.data_urls import data_url
from colorize.engine.planes import Plane
from colorize.evaluation.curve import reach_svg
from colorize.evaluation.drawing import reliability_svg
from colorize.evaluation.hints import Reach
from colorize.evaluation.metrics import to_rgb
from colorize.evaluation.reliability import Reliability
from colorize.evaluation.run import Example, Plan

HEAD = """<!DOCTYPE html>
<html lang="en-GB"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Evaluation – Image Colorizer</title>
<h1>What the networks make of the photos</h1>
<table cellpadding="4">
"""


@contextmanager
def written(path: Path, plan: Plan) -> Iterator["Gallery"]:
    """A page to add photos to; the file appears at `path` once complete. Raises OSError."""
    with draft(path) as whole, whole.open("wb") as file:
        gallery = Gallery(file, plan)
        yield gallery
        gallery.write("</table></html>\n")


class Gallery:
    """Writes photo by photo, so that a long evaluation takes no more memory than a short one."""

    def __init__(self, file: BinaryIO, plan: Plan) -> None:
        self.file, self.plan = file, plan
        self.write(HEAD)
        result = f"Result<br>(vividness {plan.shown:g},<br>if the network has it)"
        truth = ["Truth"] if plan.truth else []
        self.titles = ["Photo", "Grey", result, *truth, "Confidence (white: sure)"]
        self.write(f"<tr><th>{'<th>'.join(self.titles)}\n")

    def write(self, text: str) -> None:
        self.file.write(text.encode())

    def draw(self, name: str, reliability: Reliability) -> None:
        """Add the reliability diagram of a network."""
        self.wide(reliability_svg(name, reliability))

    def draw_reach(self, found: Mapping[str, Reach]) -> None:
        """Add the curve of what hints gain."""
        self.wide(reach_svg(found))

    def wide(self, drawing: str) -> None:
        self.write(f"<tr><td colspan={len(self.titles)}>{drawing}\n")

    def add(self, example: Example) -> None:
        L = example.truth[..., :1]
        cells = {
            "grey": np.dstack([L, np.zeros_like(example.ab)]),
            "result": np.dstack([L, example.ab]),
        }
        if self.plan.truth:
            cells["truth"] = example.truth
        self.write(format_html("<tr><th>{}<br>{}", example.name, example.network))
        for what, lab in cells.items():
            self.cell(what, to_rgb(lab))
        if example.confidence is None:
            self.write("<td>none")
        else:
            self.cell("confidence", np.dstack([example.confidence] * 3).astype(np.float64))
        self.write("\n")

    def cell(self, what: str, rgb: Plane | np.ndarray) -> None:
        buffer = io.BytesIO()
        Image.fromarray((255 * rgb + 0.5).astype(np.uint8)).save(buffer, "JPEG", quality=88)
        address = data_url(buffer.getvalue())
        self.write(format_html('<td><img alt="{}" src="{}">', what, address))
