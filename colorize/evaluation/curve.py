"""The gain of hints against their number as an SVG; see hints.py."""

import math
from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString

from colorize.evaluation.drawing import framed, tick_below, tick_beside
from colorize.evaluation.hints import COUNTS, THEIRS, Reach

WIDE, TALL, MOST = 420, 260, 10
LINES = ("#4a7dbd", "#c0562b", "#3b8a5a")
THEIR_LINE = "#888888"
LINE = """<polyline points="{}" fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>
<text x="10" y="{}" fill="{}">{}</text>
"""


def reach_svg(found: Mapping[str, Reach]) -> SafeString:
    """A line for each row of `evaluate --hints`, and one for Zhang et al. 2017."""
    curves = {name: reach.gains() for name, reach in found.items()}
    colours = [*(LINES[n % len(LINES)] for n in range(len(curves))), THEIR_LINE]
    every = [*curves.items(), ("Zhang et al. 2017", THEIRS)]
    lines = [
        drawn(name, gains, colour, 18 * n + 20)
        for n, ((name, gains), colour) in enumerate(zip(every, colours, strict=True))
    ]
    below = [tick_below(across(count), TALL, count) for count in COUNTS]
    beside = [tick_beside(up(gain), gain) for gain in range(0, MOST + 1, 2)]
    return framed(
        "Gain in PSNR over no hint, by the number of hints",
        WIDE,
        TALL,
        "hints",
        "gain in PSNR (dB)",
        [*lines, *below, *beside],
    )


def drawn(name: str, gains: Mapping[int, float], colour: str, at: int) -> SafeString:
    points = " ".join(f"{across(count):.1f},{up(gain):.1f}" for count, gain in gains.items())
    return format_html(LINE, points, colour, "4" if colour == THEIR_LINE else "", at, colour, name)


def across(count: int) -> float:
    return WIDE * math.log(count) / math.log(max(COUNTS))


def up(gain: float) -> float:
    return TALL * (1 - gain / MOST)
