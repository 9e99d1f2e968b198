"""Finds the frames of films that lie in folders as numbered photos."""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from colorize.management.folders import MACOS_NOTE, is_ours, is_photo

# What a sequence becomes.
FILM, PHOTOS = "film", "photos"
KINDS = (FILM, PHOTOS)
# Frames a second, usually and at least and most.
RATE, SLOWEST, FASTEST = 24.0, 1.0, 125.0
# The last number of a name is the frame's.
NUMBER = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)


class SequenceError(Exception):
    """Why a folder is no sequence, in a sentence."""


@dataclass(frozen=True)
class Sequence:
    """`frames`: in their order; `missing`: numbers between them, in words, empty if there are
    none."""

    folder: Path
    frames: tuple[Path, ...]
    missing: str = ""


def sequence_in(folder: Path) -> Sequence:
    """Raises SequenceError, or OSError."""
    if not folder.is_dir():
        raise SequenceError("A sequence is a folder of numbered photos, and this is not one.")
    numbered: defaultdict[tuple[str, str], dict[int, Path]] = defaultdict(dict)
    for file in sorted(folder.iterdir()):
        if not is_ours(file) and not file.name.startswith(MACOS_NOTE) and is_photo(file):
            add(file, numbered)
    if not numbered:
        raise SequenceError(
            "There are no numbered photos in this folder. Number them in the order of the film, "
            "such as frame_0001.png."
        )
    if len(numbered) > 1:
        names = " and ".join(f"{before}…{after}" for before, after in list(numbered)[:2])
        raise SequenceError(
            f"There are several sequences in this folder ({names}). Put each into a folder of its "
            "own."
        )
    (frames,) = numbered.values()
    ordered = sorted(frames)
    return Sequence(folder, tuple(frames[number] for number in ordered), gaps(ordered))


def add(file: Path, numbered: dict[tuple[str, str], dict[int, Path]]) -> None:
    """Raises SequenceError for one without a number, or with that of another one."""
    found = NUMBER.fullmatch(file.name.removesuffix(file.suffix))
    if not found:
        raise SequenceError(f"{file.name} has no number, so its place in the film is unknown.")
    before, digits, after = found.groups()
    frames = numbered[before, f"{after}{file.suffix}"]
    if other := frames.get(int(digits)):
        raise SequenceError(f"{other.name} and {file.name} have the same number.")
    frames[int(digits)] = file


def gaps(numbers: list[int]) -> str:
    """Such as “2, 5 to 7”, and no more than three of them."""
    pairs = pairwise(numbers)
    found = [(a + 1, b - 1) for a, b in pairs if b > a + 1]
    told = [f"{a}" if a == b else f"{a} to {b}" for a, b in found[:3]]
    return ", ".join(told) + (" and more" if len(found) > 3 else "")
