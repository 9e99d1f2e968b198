"""Fetches a network of the manifest: downloads or copies, checks and converts it.

Knows no Django.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from colorize.engine.atomic_files import draft
from colorize.engine.networks.download import Show, download
from colorize.engine.networks.manifest import Download, Entry, digest


class FetchError(Exception):
    """The network cannot be fetched this way; the message says why."""


def fetch(entry: Entry, given: list[Path], show: Callable[[str], Show]) -> None:
    """Put the network's file where the manifest says, from the files `given` or the mirrors.

    `show(file)` returns the progress callback of a download. Raises FetchError, DownloadError,
    CaffeError or OSError.
    """
    if not entry.downloads:
        raise FetchError(f"The manifest has no address to fetch {entry.name} from.")
    entry.path.parent.mkdir(parents=True, exist_ok=True)
    chosen = choose(entry, given)
    if entry.convert:
        from_caffe(entry, chosen, show)
    else:
        bring(entry.downloads[0], entry.path, chosen, show)


def choose(entry: Entry, given: list[Path]) -> dict[str, Path]:
    """Each file of the entry -> the given path with its hash."""
    chosen = {}
    for path in given:
        names = [item.file for item in entry.downloads if item.matches(path)]
        if not names:
            wanted = ", ".join(item.file for item in entry.downloads)
            raise FetchError(f"{path} is not what {entry.name} needs ({wanted}): other hash.")
        chosen[names[0]] = path
    return chosen


def bring(
    item: Download, target: Path, chosen: dict[str, Path], show: Callable[[str], Show]
) -> None:
    if item.file not in chosen:
        download(item, target, show(item.file))
        return
    with draft(target) as copy:
        shutil.copyfile(chosen[item.file], copy)


def from_caffe(entry: Entry, chosen: dict[str, Path], show: Callable[[str], Show]) -> None:
    """Convert, record the hash of the result, and delete the downloaded files."""
    from colorize.engine.networks.convert import convert

    sources = {}
    for item in entry.downloads:
        sources[item.file] = chosen.get(item.file) or entry.path.with_name(item.file)
        if item.file not in chosen and not is_here(item, sources[item.file]):
            download(item, sources[item.file], show(item.file))
    by_suffix = {Path(name).suffix: path for name, path in sources.items()}
    with draft(entry.path) as made:
        convert(by_suffix[".prototxt"], by_suffix[".caffemodel"], made)
        entry.record.write_text(f"{digest(made)}  {entry.path.name}\n", "ascii")
    for path in set(sources.values()) - set(chosen.values()):
        path.unlink()


def is_here(item: Download, path: Path) -> bool:
    return path.is_file() and item.matches(path)
