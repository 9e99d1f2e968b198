"""The reliability as an SVG: what was said to the right, what was right upwards."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from colorize.evaluation.reliability import BINS, WITHIN, Bin, Reliability

SIDE = 300
# Room for the figures beside the axes.
EDGE = 34
FRAME = """<figure><figcaption>{caption}</figcaption>
<svg role="img" aria-label="{caption}" width="{whole}" height="{whole}"
 viewBox="0 0 {whole} {whole}" font-family="sans-serif" font-size="11" fill="currentColor">
<rect x="{edge}" y="0" width="{side}" height="{side}" fill="none" stroke="currentColor"/>
<line x1="{edge}" y1="{side}" x2="{whole}" y2="0" stroke="currentColor" stroke-dasharray="4"/>
{inside}</svg></figure>
"""
BAR = (
    '<rect x="{}" y="{}" width="{}" height="{}" fill="#4a7dbd" fill-opacity="{}">'
    "<title>said {} %, right {} %, {} % of the pixels</title></rect>\n"
    '<circle cx="{}" cy="{}" r="4" fill="#c0562b"/>\n'
)
TICK = (
    '<text x="{at}" y="{below}" text-anchor="middle">{percent}</text>'
    '<text x="{left}" y="{up}" text-anchor="end">{percent}</text>\n'
)


def reliability_svg(name: str, reliability: Reliability) -> SafeString:
    """A bar for each bin, darker where it has more pixels, and a point at its mean confidence;
    both lie on the diagonal where the confidence keeps its word."""
    caption = f"{name}: said, and within an ab error of {WITHIN} (percent)"
    bars = [bar(each) for each in reliability.bins()]
    inside = mark_safe("".join([*bars, ticks()]))  # noqa: S308 - made of numbers alone
    return format_html(
        FRAME, caption=caption, whole=SIDE + EDGE, edge=EDGE, side=SIDE, inside=inside
    )


def bar(each: Bin) -> SafeString:
    top, tall = SIDE * (1 - each.right), SIDE * each.right
    shade = 0.2 + 0.8 * min(1, 3 * each.pixels)
    numbers = (
        *(EDGE + SIDE * each.low, top, SIDE / BINS, tall, shade),
        *(100 * each.confidence, 100 * each.right, 100 * each.pixels),
        *(EDGE + SIDE * each.confidence, top),
    )
    return format_html(BAR, *(f"{number:.4g}" for number in numbers))


def ticks() -> str:
    return "".join(
        format_html(
            TICK,
            at=EDGE + SIDE * percent // 100,
            below=SIDE + 16,
            left=EDGE - 5,
            up=SIDE - SIDE * percent // 100 + 4,
            percent=percent,
        )
        for percent in (0, 20, 40, 60, 80)
    )
