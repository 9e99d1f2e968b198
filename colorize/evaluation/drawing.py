"""The reliability diagram as an SVG: confidence on the x axis, accuracy on the y axis."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from colorize.evaluation.reliability import BINS, WITHIN, Bin, Reliability

SIDE = 300
# Room for labels and titles beside the axes, and for half a label at their ends.
EDGE, END = 50, 14
FRAME = """<figure><figcaption>{caption}</figcaption>
<svg role="img" aria-label="{caption}" width="{whole}" height="{whole}"
 viewBox="-{edge} -{end} {whole} {whole}"
 font-family="sans-serif" font-size="11" fill="currentColor">
<rect width="{side}" height="{side}" fill="none" stroke="currentColor"/>
<line y1="{side}" x2="{side}" stroke="currentColor" stroke-dasharray="4"/>
{inside}
<text x="{middle}" y="{below}" text-anchor="middle">confidence (%)</text>
<text transform="translate(-{left} {middle}) rotate(-90)" text-anchor="middle">{upwards}</text>
</svg></figure>
"""
BAR = (
    '<rect x="{}" y="{}" width="{}" height="{}" fill="#4a7dbd" fill-opacity="{}">'
    "<title>confidence {} %, close {} %, {} % of the pixels</title></rect>\n"
    '<circle cx="{}" cy="{}" r="4" fill="#c0562b"/>\n'
)
TICK = (
    '<text x="{at}" y="{below}" text-anchor="middle">{percent}</text>'
    '<text x="{left}" y="{up}" text-anchor="end">{percent}</text>\n'
)


def reliability_svg(name: str, reliability: Reliability) -> SafeString:
    """A bar for each bin, darker the more pixels it has, and a point at its mean confidence. With
    a reliable confidence, both lie on the diagonal."""
    caption = f"{name}: reliability of the confidence"
    bars = [bar(each) for each in reliability.bins()]
    inside = mark_safe("".join([*bars, ticks()]))  # noqa: S308 - made of numbers alone
    return format_html(
        FRAME,
        caption=caption,
        whole=END + SIDE + EDGE,
        edge=EDGE,
        end=END,
        side=SIDE,
        middle=SIDE // 2,
        below=SIDE + 36,
        left=36,
        upwards=f"share of close pixels: ab error of at most {WITHIN} (%)",
        inside=inside,
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


def ticks() -> str:
    return "".join(
        format_html(
            TICK,
            at=SIDE * percent // 100,
            below=SIDE + 16,
            left=-5,
            up=SIDE - SIDE * percent // 100 + 4,
            percent=percent,
        )
        for percent in range(0, 101, 20)
    )
