"""The verbs pack and outsiders: photos for training, and photos for evaluation. Needs no torch."""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from colorize.engine.atomic_files import draft
from colorize.training.errors import TrainingError
from colorize.training.filters import Form
from colorize.training.packing import AWAY, KNOWN, Packing, Tally
from colorize.training.shards import check_free, write_folder, write_shards
from colorize.training.sources import Source, read_sources

# Sizes of stored photos: for training, and for evaluation.
TAUGHT = Form(side=192, format="WEBP", quality=80)
JUDGED = Form(side=512, format="JPEG", quality=95)
MEGABYTES = 46


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verb = verbs.add_parser("pack", help="choose photos of many sources and write shards of them")
    add_common(verb, TAUGHT)
    verb.add_argument("--name", default="photos", help="of the shards: NAME-0.tar and on")
    formats = ("WEBP", "JPEG")
    verb.add_argument("--format", type=str.upper, choices=formats, default=TAUGHT.format)
    verb.add_argument(
        "--megabytes", type=whole, default=MEGABYTES, help=f"of a shard (default {MEGABYTES})"
    )
    verb.set_defaults(do=pack)
    verb = verbs.add_parser("outsiders", help="write photos of sources that training never sees")
    add_common(verb, JUDGED)
    verb.add_argument("--each", type=whole, default=150, help="photos of a source (default 150)")
    verb.set_defaults(do=outsiders)


def add_common(verb: argparse.ArgumentParser, form: Form) -> None:
    verb.add_argument("sources", type=Path, metavar="TOML", help="file that names the sources")
    verb.add_argument("--folder", type=Path, required=True, help="to write to")
    verb.add_argument("--only", nargs="+", default=[], metavar="NAME", help="take these sources")
    for option, what in (("--known", "earlier photos"), ("--away", "photos to judge by")):
        verb.add_argument(
            option,
            type=Path,
            nargs="+",
            default=[],
            metavar="PATH",
            help=f"take no copies of these {what}: tars, folders or files",
        )
    verb.add_argument(
        "--side", type=whole, default=form.side, help=f"short side, pixels (default {form.side})"
    )
    verb.add_argument(
        "--quality", type=quality, default=form.quality, help=f"1 to 100 (default {form.quality})"
    )
    verb.add_argument("--workers", type=whole, default=os.cpu_count() or 1, help="processes")
    verb.add_argument("--seed", type=int, default=0, help="of what is taken, and of its order")


def whole(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")


def quality(text: str) -> int:
    if whole(text) <= 100:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not from 1 to 100")


def pack(options: argparse.Namespace) -> None:
    """Write shards of all sources but outsiders, with a report."""
    stem = options.folder / options.name
    check_free(stem)
    sources = chosen(options, outsider=False)
    packing = begun(options, Form(options.side, options.format, options.quality))
    options.folder.mkdir(parents=True, exist_ok=True)
    size = options.megabytes * 10**6
    shards = write_shards(stem, packing.photos(sources), options.seed, size)
    write_report(options.folder / f"{options.name}.md", packing)
    print(f"{taken(packing):,} photos in {shards} shards")


def outsiders(options: argparse.Namespace) -> None:
    """Write the photos of outsiders as SOURCE/NUMBER.jpg, for manage.py evaluate."""
    sources = chosen(options, outsider=True)
    packing = begun(options, Form(options.side, JUDGED.format, options.quality))
    write_folder(options.folder, packing.photos(sources, options.each))
    write_report(options.folder / "report.md", packing)
    print(f"{taken(packing):,} photos in {options.folder}")


def write_report(path: Path, packing: Packing) -> None:
    with draft(path) as whole:
        whole.write_text("\n".join([*report(packing.tallies), ""]), "utf-8")


def chosen(options: argparse.Namespace, outsider: bool) -> list[Source]:
    """Raises OSError and TrainingError."""
    sources = [each for each in read_sources(options.sources) if each.outsider == outsider]
    kind = "with" if outsider else "without"
    if not sources:
        raise TrainingError(f"{options.sources} has no sources {kind} “outsider = true”")
    if unknown := set(options.only) - {each.name for each in sources}:
        names = ", ".join(sorted(unknown))
        raise TrainingError(f"{options.sources} has no sources {names} {kind} “outsider = true”")
    return [each for each in sources if not options.only or each.name in options.only]


def begun(options: argparse.Namespace, form: Form) -> Packing:
    packing = Packing(form, options.workers, options.seed, tell)
    packing.avoid(AWAY, options.away)
    packing.avoid(KNOWN, options.known)
    return packing


def taken(packing: Packing) -> int:
    return sum(tally.taken for tally in packing.tallies)


def tell(tally: Tally) -> None:
    print(f"{tally.source}: {tally.taken:,} of {tally.found:,} taken; {reasons(tally)}", flush=True)


def reasons(tally: Tally) -> str:
    parts = [f"{reason} {count:,}" for reason, count in tally.left_out.most_common()]
    if tally.unseen:
        parts.append(f"not needed {tally.unseen:,}")
    return ", ".join(parts) or "nothing left out"


def report(tallies: Iterable[Tally]) -> Iterator[str]:
    """A Markdown table, line by line."""
    yield "| source | found | taken | MB | left out |"
    yield "| --- | --- | --- | --- | --- |"
    every = Tally("all")
    for tally in tallies:
        yield row(tally)
        every.found += tally.found
        every.taken += tally.taken
        every.size += tally.size
        every.left_out += tally.left_out
    yield row(every)


def row(tally: Tally) -> str:
    size = f"{tally.size / 1e6:.1f}"
    return f"| {tally.source} | {tally.found} | {tally.taken} | {size} | {reasons(tally)} |"
