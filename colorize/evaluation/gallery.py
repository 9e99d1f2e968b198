"""A page of photos as grey, result, truth and confidence, in one file that needs no other."""

import base64
import io
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import numpy as np
from django.utils.html import format_html
from PIL import Image

from colorize.evaluation.drawing import reliability_svg
from colorize.evaluation.metrics import to_rgb
from colorize.evaluation.reliability import Reliability
from colorize.evaluation.run import Example
from colorize.planes import Plane

HEAD = """<!DOCTYPE html>
<html lang="en-GB"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Evaluation – Image Colorizer</title>
<h1>Grey, result, truth, confidence</h1>
<table cellpadding="4">
<tr><th>Photo<th>Grey<th>Result<th>Truth<th>Confidence (white: sure)
"""


class Gallery:
    """Writes photo by photo, so that a long evaluation needs no more memory than a short one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self.file: TextIO = self.path.open("w", encoding="utf-8")
        self.file.write(HEAD)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.write("</table></html>\n")
        self.file.close()

    def draw(self, name: str, reliability: Reliability) -> None:
        """A network's reliability, after the photos or between them."""
        self.file.write(f"<tr><td colspan=5>{reliability_svg(name, reliability)}\n")

    def add(self, example: Example) -> None:
        L = example.truth[..., :1]
        cells = {
            "grey": np.dstack([L, np.zeros_like(example.ab)]),
            "result": np.dstack([L, example.ab]),
            "truth": example.truth,
        }
        self.file.write(format_html("<tr><th>{}<br>{}", example.name, example.network))
        for what, lab in cells.items():
            self.cell(what, to_rgb(lab))
        if example.confidence is None:
            self.file.write("<td>does not say")
        else:
            self.cell("confidence", np.dstack([example.confidence] * 3).astype(np.float64))
        self.file.write("\n")

    def cell(self, what: str, rgb: Plane | np.ndarray) -> None:
        buffer = io.BytesIO()
        Image.fromarray((255 * rgb + 0.5).astype(np.uint8)).save(buffer, "JPEG", quality=88)
        data = base64.b64encode(buffer.getvalue()).decode("ascii")
        self.file.write(
            format_html('<td><img alt="{}" src="data:image/jpeg;base64,{}">', what, data)
        )
