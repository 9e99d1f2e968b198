"""The results as Markdown tables, line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

from colorize.evaluation.advice import LIVELY, Advice
from colorize.evaluation.colours import HAS_RED, MISSED, VEIL
from colorize.evaluation.fooled import Fooled
from colorize.evaluation.framing import Framing, Group
from colorize.evaluation.hints import COUNTS, THEIRS, Reach
from colorize.evaluation.metrics import Row
from colorize.evaluation.patches import Look
from colorize.evaluation.reliability import WITHIN, Reliability
from colorize.evaluation.sizes import Spread
from colorize.evaluation.tones import FEW, GROUPS, Tones
from colorize.evaluation.turned import Turned

TITLES = (
    "network",
    "AuC",
    "AuC rebalanced",
    "top-1",
    "PSNR",
    "SSIM",
    "colourfulness",
    "chroma",
    "ms",
    "MB",
)
FOOLED = "people fooled, %"


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def head(*titles: str) -> Iterator[str]:
    yield line(*titles)
    yield line(*["---"] * len(titles))


def table(
    rows: Mapping[str, Row], sizes: Mapping[str, float], fooled: Mapping[str, Fooled] | None = None
) -> Iterator[str]:
    """The paper's Table 1. `sizes`: MB by network. Top-1 only if it was measured; how often people
    were fooled, by row, only if that is known."""
    judged = any(row.top1 is not None for row in rows.values())
    titles = [title for title in TITLES if judged or title != "top-1"]
    yield from head(*titles, *([FOOLED] if fooled else []))
    for name, row in rows.items():
        size = sizes.get(name.split(",")[0])
        yield line(
            name,
            f"{row.auc:.1f}",
            f"{row.auc_rebalanced:.1f}",
            *([number(row.top1, ".1f")] if judged else []),
            f"{row.psnr:.1f}",
            f"{row.ssim:.3f}",
            f"{row.colourfulness:.1f}",
            f"{row.chroma:.1f}",
            number(row.milliseconds, ".0f"),
            number(size, ".1f"),
            *([str(fooled.get(name, ""))] if fooled else []),
        )


def number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def colours(rows: Mapping[str, Row]) -> Iterator[str]:
    """What people see: the shares of colours compared with the truth, and what is missing."""
    yield (
        f"Colours (brown veil: photos with at least {100 * VEIL:.0f} points more yellow-brown "
        f"pixels than the truth; red missed: of the photos with at least {HAS_RED:.0%} red pixels, "
        f"those whose result has less than {MISSED:.0%} of them)"
    )
    yield ""
    titles = ("colourfulness / truth's", "brown veil", "yellow-brown", "blue", "red", "red missed")
    yield from head("network", "dE2000", *titles)
    for name, row in rows.items():
        seen = row.colours
        yield line(
            name,
            f"{seen.difference:.2f}",
            number(seen.colourfulness, ".2f"),
            f"{seen.veiled:.0%}",
            f"{seen.yellow_brown:.1%}",
            f"{seen.blue:.1%}",
            f"{seen.red:.1%}",
            number(seen.red_missed, ".0%"),
        )


def advice(found: Mapping[str, Advice]) -> Iterator[str]:
    """A sentence about the best vividness for each network that has one."""
    for name, each in found.items():
        if best := each.advised():
            why = f"the smallest dE2000 with {LIVELY:.0%} of the truth's colourfulness"
            if not best.lively:
                why = f"the liveliest: none has {LIVELY:.0%} of the truth's colourfulness"
            yield (
                f"Best vividness for {name}: {best.vividness:g}, {why} (dE2000 "
                f"{best.difference:.2f}, colourfulness {best.colourfulness:.0%}; the smallest "
                f"dE2000 is {best.least:.2f}, at {best.least_at:g})"
            )


def by_source(name: str, rows: Mapping[str, Row]) -> Iterator[str]:
    """One way of colouring by subfolder, and the mean in which all subfolders count alike."""
    yield f"{name}, by source"
    yield ""
    titles = ("AuC", "AuC rebalanced", "dE2000", "colourfulness / truth's", "brown veil")
    yield from head("source", "photos", *titles, "red missed")
    for source, row in rows.items():
        yield line(source, str(row.photos), *source_cells([row]))
    yield line("mean of the sources", "", *source_cells(list(rows.values())))


def source_cells(rows: Sequence[Row]) -> Iterator[str]:
    seen = [row.colours for row in rows]
    yield f"{fmean(row.auc for row in rows):.1f}"
    yield f"{fmean(row.auc_rebalanced for row in rows):.1f}"
    yield f"{fmean(each.difference for each in seen):.2f}"
    yield number(mean(each.colourfulness for each in seen), ".2f")
    yield f"{fmean(each.veiled for each in seen):.0%}"
    yield number(mean(each.red_missed for each in seen), ".0%")


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that are not None."""
    there = [value for value in values if value is not None]
    return fmean(there) if there else None


def trust(name: str, reliability: Reliability) -> Iterator[str]:
    """How reliable the confidence is, with a bar for each share."""
    yield f"Confidence of {name} (close: an ab error of at most {WITHIN}, at vividness 0)"
    yield ""
    yield from head("confidence", "pixels", "mean", "close", "95 % interval", "")
    for each in reliability.bins():
        low, high = each.interval
        yield line(
            f"{each.low:.0%} to {each.high:.0%}",
            f"{each.pixels:.1%}",
            f"{each.confidence:.1%}",
            f"{each.right:.1%}",
            f"{low:.0%} to {high:.0%}",
            "#" * round(20 * each.right),
        )
    yield ""
    yield f"Rank correlation of confidence and error: {reliability.rank_correlation():.2f}"


def patches(looks: Mapping[str, Look]) -> Iterator[str]:
    """Colours in flat areas, which should be close to the truth's."""
    share = next(iter(looks.values())).flat
    yield f"Patches: areas where L is flat ({share:.0%} of the pixels), in Lab units"
    yield ""
    yield from head("network", "chroma", "95th percentile", "patchiness", "purple")
    for name, look in looks.items():
        yield line(
            name,
            f"{look.chroma:.1f}",
            f"{look.chroma95:.1f}",
            f"{look.patchiness:.2f}",
            f"{look.purple:.1%}",
        )


def spread(spreads: Mapping[str, Spread]) -> Iterator[str]:
    sizes, vividness = next((each.sizes, each.vividness) for each in spreads.values())
    yield (
        f"Spread of the colours over the sizes {', '.join(map(str, sizes))} at vividness "
        f"{vividness:g}: the largest distance to their mean, averaged over pixels, in Lab units"
    )
    yield ""
    yield from head("network", "input sizes", "photo sizes")
    for name, each in spreads.items():
        yield line(name, f"{each.over_inputs():.2f}", f"{each.over_photos():.2f}")


def turned(found: Mapping[str, Turned]) -> Iterator[str]:
    """Shares of copies that were offered to be turned or inverted."""
    yield "Offers to turn a photo, or to invert it, by what would make it an upright positive"
    yield ""
    yield from head("network", "copies", "right turn", "wrong turn", "invert")
    for name, each in found.items():
        for kind, seen in each.copies.items():
            counts = (seen.turned_right, seen.turned_wrong, seen.inverted)
            yield line(name, kind, *(f"{count / each.photos:.1%}" for count in counts))


def tones(found: Mapping[str, Tones]) -> Iterator[str]:
    """Errors on faces by skin tone; in brackets, the chroma beyond the truth's."""
    counts = {name: tone.faces for name, tone in next(iter(found.values())).groups().items()}
    shown = [name for name in GROUPS if name in counts]
    yield "Error in the middle of the face by skin tone (in brackets: excess chroma)"
    yield ""
    ratio = f"ratio (groups of at least {FEW} faces)"
    chance = "ratio by chance (median; 95th percentile)"
    yield from head("network", *(f"{name} ({counts[name]})" for name in shown), ratio, chance)
    for network, each in found.items():
        groups = each.groups()
        cells = (f"{groups[name].error:.1f} ({groups[name].chroma:+.1f})" for name in shown)
        by_chance = "; ".join(f"{value:.2f}" for value in each.ratio_by_chance() or ())
        yield line(network, *cells, number(each.ratio(), ".2f"), by_chance)


def framing(name: str, found: Framing) -> Iterator[str]:
    """Framed copies by kind, and the photos without a frame in which a border was found."""
    yield f"{name}, framed copies (AuC of the pictures inside; in brackets: without a frame)"
    yield ""
    yield from head("frame", "photos", "border found", "border's chroma", "AuC", "AuC rebalanced")
    for kind, group in found.groups.items():
        if group.photos:
            yield line(kind, *framing_cells(group))
    yield line("all", *framing_cells(found.all()))
    yield ""
    unframed = ", ".join(found.unframed) or "none"
    yield (
        f"Photos without a frame in which a border was found: {len(found.unframed)} of "
        f"{found.photos} ({unframed})"
    )


def framing_cells(group: Group) -> Iterator[str]:
    yield str(group.photos)
    yield str(group.found)
    yield f"{fmean(group.chroma):.2f}"
    yield f"{group.copies.auc():.2f} ({group.plain.auc():.2f})"
    yield f"{group.copies.auc_rebalanced():.2f} ({group.plain.auc_rebalanced():.2f})"


def hints(found: Mapping[str, Reach]) -> Iterator[str]:
    """The gain in PSNR by the number of hints, and what Zhang et al. 2017 gained."""
    yield "Gain in PSNR over no hint by the number of hints, in dB (places as in hints.py)"
    yield ""
    yield from head("network", "PSNR without", *map(str, COUNTS))
    for name, reach in found.items():
        yield line(
            name, f"{reach.without:.2f}", *(f"{gain:.2f}" for gain in reach.gains().values())
        )
    yield line("Zhang et al. 2017", "", *(number(THEIRS.get(count), ".2f") for count in COUNTS))
