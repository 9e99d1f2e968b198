"""The gain of hints against their number as an SVG; see hints.py."""

import math
from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from colorize.evaluation.hints import COUNTS, THEIRS, Reach

WIDE, TALL, MOST = 420, 260, 10
# Room for labels beside the axes.
EDGE, END = 50, 14
LINES = ("#4a7dbd", "#c0562b", "#3b8a5a")
THEIR_LINE = "#888888"
FRAME = """<figure><figcaption>{caption}</figcaption>
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{caption}"
 viewBox="-{edge} -{end} {whole_wide} {whole_tall}" width="{whole_wide}" height="{whole_tall}"
 font-family="sans-serif" font-size="11" fill="currentColor">
<rect width="{wide}" height="{tall}" fill="none" stroke="currentColor"/>
{inside}
<text x="{middle}" y="{below}" text-anchor="middle">hints</text>
<text transform="translate(-34 {halfway}) rotate(-90)" text-anchor="middle">gain in PSNR (dB)</text>
</svg></figure>
"""
TICK = '<text x="{}" y="{}" text-anchor="{}">{}</text>\n'
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
    return format_html(
        FRAME,
        caption="Gain in PSNR over no hint, by the number of hints",
        edge=EDGE,
        end=END,
        whole_wide=EDGE + WIDE + END,
        whole_tall=END + TALL + EDGE,
        wide=WIDE,
        tall=TALL,
        middle=WIDE // 2,
        halfway=TALL // 2,
        below=TALL + 36,
        inside=format_html_join("", "{}", [*((line,) for line in lines), (ticks(),)]),
    )


def drawn(name: str, gains: Mapping[int, float], colour: str, at: int) -> SafeString:
    points = " ".join(f"{across(count):.1f},{up(gain):.1f}" for count, gain in gains.items())
    return format_html(LINE, points, colour, "4" if colour == THEIR_LINE else "", at, colour, name)


def across(count: int) -> float:
    return WIDE * math.log(count) / math.log(max(COUNTS))


def up(gain: float) -> float:
    return TALL * (1 - gain / MOST)


def ticks() -> SafeString:
    below = [(f"{across(count):.0f}", TALL + 16, "middle", count) for count in COUNTS]
    beside = [(-6, f"{up(gain) + 4:.0f}", "end", gain) for gain in range(0, MOST + 1, 2)]
    return format_html_join("", TICK, [*below, *beside])
