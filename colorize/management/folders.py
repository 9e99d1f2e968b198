"""Finds the photos for a command, and the path of each result."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from colorize.engine.atomic_files import is_draft
from colorize.engine.filenames import result_name, stem
from colorize.engine.formats import (
    FILMS,
    HEAD,
    PHOTO_ENDINGS,
    PHOTOS,
    Kind,
    is_refused,
    kind_of,
)
from colorize.engine.outputs import OUTPUTS

# Files beside a photo with metadata about it.
SIDECAR = ".xmp"
# On foreign disks, macOS puts a file with this prefix next to each photo.
MACOS_NOTE = "._"
# How the names of films in colour end.
FILM_SUFFIX = "-colorized.mp4"
# How the names of our own results end, without what says their kind.
OURS = tuple({stem(output.suffix) for output in OUTPUTS.values()})


@dataclass
class Found:
    """`photos` and films in order, without duplicates; the number of `skipped` files of other
    types; the `problems` with unreadable folders."""

    photos: list[Path] = field(default_factory=list)
    skipped: int = 0
    problems: list[OSError] = field(default_factory=list)


def find(paths: Iterable[Path]) -> Found:
    """The given files, and the photos in the given folders, without our own results."""
    found = Found()
    for path in paths:
        if path.is_dir():
            look_below(path, found)
        elif is_photo(path) or not path.name.startswith(MACOS_NOTE):
            found.photos.append(path)
    found.photos = list({place(photo): photo for photo in reversed(found.photos)}.values())[::-1]
    return found


def look_below(folder: Path, found: Found) -> None:
    """Search a folder. Does not follow links to folders, which may form a circle."""
    for here, folders, names in os.walk(folder, onerror=found.problems.append):
        folders.sort()
        for file in (Path(here, name) for name in sorted(names)):
            if is_ours(file) or file.name.startswith(MACOS_NOTE):
                continue
            if is_wanted(file):
                found.photos.append(file)
            elif file.suffix.lower() != SIDECAR:
                found.skipped += 1


def is_wanted(file: Path) -> bool:
    """Also files that are only named like photos: people are told why these cannot be coloured."""
    named = file.suffix.lower() in PHOTO_ENDINGS and file.is_file()
    return named or kind_in(file) is not None


def is_ours(file: Path) -> bool:
    """Whether it is a result, or a half-written one."""
    return stem(file.name).endswith(OURS) or file.name.endswith(FILM_SUFFIX) or is_draft(file)


def is_photo(file: Path) -> bool:
    return kind_in(file) in PHOTOS


def is_film(file: Path) -> bool:
    return kind_in(file) in FILMS


def kind_in(file: Path) -> Kind | None:
    """What a photo or film is by its content, not by its ending; None for anything else."""
    try:
        kind = kind_of(head(file)) if file.is_file() else None
    except OSError:
        return None
    return None if kind in PHOTOS and is_refused(file.name) else kind


def sidecar_of(photo: Path) -> Path | None:
    """The sidecar of scan.tif: scan.tif.xmp, or else scan.xmp; None if there is neither."""
    names = (f"{name}{ending}" for name in (photo.name, photo.stem) for ending in (".xmp", ".XMP"))
    return next((file for name in names if is_there(file := photo.with_name(name))), None)


def is_there(file: Path) -> bool:
    """Unlike Path.is_file it accepts names that are too long for a file."""
    try:
        return file.is_file()
    except OSError:
        return False


def head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD)


def real(folder: Path) -> Path:
    """The path without links. Unlike Path.resolve it accepts circular links."""
    return Path(os.path.realpath(folder))


def place(file: Path) -> Path:
    """A unique path for a file, however its folder was reached."""
    return real(file.parent) / file.name


def alike(name: str) -> str:
    """Equal for names that some file systems treat as equal: Windows and macOS ignore case and
    Unicode normalisation."""
    return unicodedata.normalize("NFC", name).casefold()


class Targets:
    """The paths of results: next to the photos, or in `output` with the same subfolders."""

    def __init__(self, paths: Iterable[Path], output: Path | None, suffix: str) -> None:
        """`suffix`: how the results' names end."""
        self.output, self.suffix = output, suffix
        folders = [real(path if path.is_dir() else path.parent) for path in paths]
        self.top = Path(os.path.commonpath(folders))
        self.named_alike: dict[Path, dict[str, list[str]]] = {}
        self.given: set[str] = set()

    def of(self, photo: Path) -> Path:
        """The path for a photo's result; never the same one twice."""
        folder = self.folder_of(photo)
        for name in self.names_for(photo):
            target = folder / name
            if (key := alike(str(place(target)))) not in self.given:
                break
        self.given.add(key)
        return target

    def folder_of(self, photo: Path) -> Path:
        if self.output is None:
            return photo.parent
        return self.output / real(photo.parent).relative_to(self.top)

    def names_for(self, photo: Path) -> Iterable[str]:
        """NAME-colorized.jpg; with the photo's ending if an earlier photo in its folder has the
        same name, so that each photo always gets the same result name."""
        suffix = FILM_SUFFIX if is_film(photo) else self.suffix
        if photo.name == self.first_like(photo):
            yield result_name(stem(photo.name), suffix)
        yield result_name(photo.name, suffix)
        for number in range(2, 1_000_000):
            yield result_name(photo.name, f" ({number}){suffix}")

    def first_like(self, photo: Path) -> str:
        """The first photo in its folder whose result would have the same name."""
        folder = photo.parent
        if folder not in self.named_alike:
            self.named_alike[folder] = by_result(folder)
        rivals = self.named_alike[folder].get(alike(result_name(stem(photo.name))), [])
        return next((name for name in rivals if is_photo(folder / name)), photo.name)


def by_result(folder: Path) -> dict[str, list[str]]:
    """The sorted file names of a folder, by the name of their result."""
    named: dict[str, list[str]] = defaultdict(list)
    try:
        names = sorted(file.name for file in folder.iterdir())
    except OSError:
        return named
    for name in names:
        if not is_ours(Path(name)) and not name.startswith(MACOS_NOTE):
            named[alike(result_name(stem(name)))].append(name)
    return named
