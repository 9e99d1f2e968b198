"""Diagrams as SVGs: a frame with its axes, and the reliability diagram, confidence on the x axis,
accuracy on the y axis."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from colorize.evaluation.reliability import BINS, WITHIN, Bin, Reliability

SIDE = 300
# Room for labels and titles beside the axes, and for half a label at their ends.
EDGE, END = 50, 14
FRAME = """<figure><figcaption>{caption}</figcaption>
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{caption}"
 width="{whole_wide}" height="{whole_tall}" viewBox="-{edge} -{end} {whole_wide} {whole_tall}"
 font-family="sans-serif" font-size="11" fill="currentColor">
<rect width="{wide}" height="{tall}" fill="none" stroke="currentColor"/>
{inside}
<text x="{middle}" y="{below}" text-anchor="middle">{along}</text>
<text transform="translate(-36 {halfway}) rotate(-90)" text-anchor="middle">{upwards}</text>
</svg></figure>
"""
TICK = '<text x="{}" y="{}" text-anchor="{}">{}</text>\n'
DIAGONAL = '<line y1="{}" x2="{}" stroke="currentColor" stroke-dasharray="4"/>\n'
BAR = (
    '<rect x="{}" y="{}" width="{}" height="{}" fill="#4a7dbd" fill-opacity="{}">'
    "<title>confidence {} %, close {} %, {} % of the pixels</title></rect>\n"
    '<circle cx="{}" cy="{}" r="4" fill="#c0562b"/>\n'
)


def framed(
    caption: str, wide: int, tall: int, along: str, upwards: str, inside: Iterable[SafeString]
) -> SafeString:
    """A diagram of this size. `along`, `upwards`: titles of its axes."""
    return format_html(
        FRAME,
        caption=caption,
        whole_wide=EDGE + wide + END,
        whole_tall=END + tall + EDGE,
        edge=EDGE,
        end=END,
        wide=wide,
        tall=tall,
        middle=wide // 2,
        halfway=tall // 2,
        below=tall + 36,
        along=along,
        upwards=upwards,
        inside=format_html_join("", "{}", ((each,) for each in inside)),
    )


def tick_below(x: float, tall: int, label: object) -> SafeString:
    return format_html(TICK, f"{x:.0f}", tall + 16, "middle", label)


def tick_beside(y: float, label: object) -> SafeString:
    return format_html(TICK, -5, f"{y + 4:.0f}", "end", label)


def reliability_svg(name: str, reliability: Reliability) -> SafeString:
    """A bar for each bin, darker the more pixels it has, and a point at its mean confidence. With
    a reliable confidence, both lie on the diagonal."""
    ticks = [
        tick
        for percent in range(0, 101, 20)
        for tick in (
            tick_below(SIDE * percent / 100, SIDE, percent),
            tick_beside(SIDE * (1 - percent / 100), percent),
        )
    ]
    return framed(
        f"{name}: reliability of the confidence",
        SIDE,
        SIDE,
        "confidence (%)",
        f"share of close pixels: ab error of at most {WITHIN} (%)",
        [format_html(DIAGONAL, SIDE, SIDE), *map(bar, reliability.bins()), *ticks],
    )


def bar(each: Bin) -> SafeString:
    top, tall = SIDE * (1 - each.right), SIDE * each.right
    shade = 0.2 + 0.8 * min(1, 3 * each.pixels)
    numbers = (
        *(SIDE * each.low, top, SIDE / BINS, tall, shade),
        *(100 * each.confidence, 100 * each.right, 100 * each.pixels),
        *(SIDE * each.confidence, top),
    )
    return format_html(BAR, *(f"{number:.4g}" for number in numbers))
