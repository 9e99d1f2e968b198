"""Sources of photos: folders and git directories, listed in a TOML file.

    [[source]]
    name = "rooms"                     # of its photos in the shards
    folder = "photos/rooms"            # of image files; or: git = "mirrors/rooms.git"
    pattern = '^images/.*\\.jpe?g$'     # a regular expression for paths below that (any case)
    most = 4000                        # photos taken
    least = 112                        # pixels of the short side, at least
    trim = 0.035                       # cut off each side: a frame
    outsider = true                    # held out whole: never in shards

Only the name and one of `folder` and `git` are needed. Paths are relative to the file's folder.
"""

import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias

from colorize.training.errors import TrainingError

ANY_PHOTO = r"\.(jpe?g|png|webp)$"
# The options of a source, and their types.
KINDS: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "folder": (str,),
    "git": (str,),
    "pattern": (str,),
    "most": (int,),
    "least": (int,),
    "trim": (int, float),
    "outsider": (bool,),
}
LEAST_SIDE = 112
# The largest frame on each side, as a share; beyond it no photo is left.
MOST_TRIM = 0.4


Files: TypeAlias = Generator[bytes | None, None, None]


class Place(Protocol):
    def names(self) -> list[str]:
        """The sorted paths of all files. Raises OSError and TrainingError."""
        ...

    def files(self, names: Iterable[str]) -> Files:
        """The contents of files, None for those that are not available. Raises TrainingError."""
        ...


@dataclass(frozen=True)
class Source:
    """One entry of the file; `most` None: all."""

    name: str
    place: Place
    pattern: re.Pattern[str]
    most: int | None
    least: int
    trim: float
    outsider: bool

    def names(self) -> list[str]:
        """The names of its photos. Raises OSError and TrainingError."""
        return [name for name in self.place.names() if self.pattern.search(name)]


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        files = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in files)

    def files(self, names: Iterable[str]) -> Files:
        for name in names:
            try:
                yield (self.root / name).read_bytes()
            except OSError:
                yield None


class Git:
    """The newest commit of a git directory (bare or in a working tree), read without a checkout."""

    def __init__(self, root: Path) -> None:
        directory = root / ".git" if (root / ".git").exists() else root
        self.root, self.command = root, ["git", f"--git-dir={directory}"]
        self.ids: dict[str, str] = {}

    def names(self) -> list[str]:
        listing = [*self.command, "ls-tree", "-r", "-z", "HEAD"]
        told = subprocess.run(listing, capture_output=True)  # noqa: S603 - no shell, our own words
        if told.returncode:
            why = told.stderr.decode(errors="replace").strip().splitlines()
            raise TrainingError(f"{self.root} is not a git directory that can be read: {why[0]}")
        for line in told.stdout.split(b"\0")[:-1]:
            about, name = line.split(b"\t", 1)
            self.ids[name.decode(errors="replace")] = about.split()[2].decode()
        return sorted(self.ids)

    def files(self, names: Iterable[str]) -> Files:
        batch = [*self.command, "cat-file", "--batch"]
        pipe = subprocess.PIPE
        with subprocess.Popen(batch, stdin=pipe, stdout=pipe) as process:  # noqa: S603
            assert process.stdin and process.stdout  # noqa: S101 - they are pipes
            try:
                for name in names:
                    process.stdin.write(f"{self.ids[name]}\n".encode())
                    process.stdin.flush()
                    yield self.answer(process.stdout)
            finally:
                # Closing its input is not enough: a worker forked in the meantime has it open too.
                process.terminate()

    def answer(self, stdout: IO[bytes]) -> bytes | None:
        """Read one response: a line "id kind size", the file and a newline; or "id missing"."""
        head = stdout.readline().split()
        if not head:
            raise TrainingError(f"git stopped reading {self.root}: try `git fsck` there")
        if len(head) < 3:
            return None
        file = stdout.read(int(head[2]))
        stdout.read(1)
        return file


def read_sources(path: Path) -> list[Source]:
    """The sources in a file. Raises OSError, or TrainingError with the entry and the reason."""
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("source")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise TrainingError(f"{path} is no TOML: {problem}") from problem
    if not entries or not isinstance(entries, list) or not isinstance(entries[0], dict):
        raise TrainingError(f"{path} has no sources: write each under a line [[source]]")
    folder = path.parent
    sources = [source(each, folder, f"{path}, source {n}") for n, each in enumerate(entries, 1)]
    name, times = Counter(each.name for each in sources).most_common(1)[0]
    if times > 1:
        raise TrainingError(f"{path} has {times} sources “{name}”: each needs a name of its own")
    return sources


def source(entry: dict[str, Any], folder: Path, where: str) -> Source:
    for key, value in entry.items():
        check(key, value, where)
    name = entry.get("name", "")
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,60}", name):
        raise TrainingError(f"{where}: needs a name of up to 60 letters, digits, - and _")
    return Source(
        name=name,
        place=place(entry, folder, where),
        pattern=pattern(entry.get("pattern", ANY_PHOTO), where),
        most=entry.get("most"),
        least=entry.get("least", LEAST_SIDE),
        trim=entry.get("trim", 0),
        outsider=entry.get("outsider", False),
    )


def check(key: str, value: object, where: str) -> None:
    if key not in KINDS:
        raise TrainingError(f"{where}: there is no option “{key}”, only {', '.join(KINDS)}")
    if not isinstance(value, KINDS[key]) or (isinstance(value, bool) and key != "outsider"):
        raise TrainingError(f"{where}: “{key}” cannot be {value!r}")
    if key in ("most", "least") and value < 1:  # type: ignore[operator]
        raise TrainingError(f"{where}: “{key}” must be 1 or more")
    if key == "trim" and not 0 <= value <= MOST_TRIM:  # type: ignore[operator]
        raise TrainingError(f"{where}: “trim” must be from 0 to {MOST_TRIM}, a share of each side")


def place(entry: dict[str, Any], folder: Path, where: str) -> Place:
    if ("folder" in entry) == ("git" in entry):
        raise TrainingError(f"{where}: needs either “folder” or “git”")
    root = folder / entry.get("folder", entry.get("git", ""))
    if not root.is_dir():
        raise TrainingError(f"{where}: there is no folder {root}")
    return Folder(root) if "folder" in entry else Git(root)


def pattern(text: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as problem:
        raise TrainingError(f"{where}: the pattern {text!r} is wrong: {problem}") from problem
