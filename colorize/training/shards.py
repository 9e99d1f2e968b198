"""Tars of photos, SOURCE/NUMBER.SUFFIX: read in place, written completely. Needs no torch."""

import io
import mmap
import random
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from colorize.engine.atomic_files import draft, draft_folder
from colorize.training.errors import TrainingError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Kept(NamedTuple):
    """A photo's name, and its position in the file with all photos."""

    name: str
    start: int
    length: int


@dataclass(frozen=True)
class Member:
    """A photo in a shard: its `SOURCE/NUMBER.ext`, and the position of its bytes."""

    name: str
    shard: Path
    begin: int
    size: int

    @property
    def source(self) -> str:
        return self.name.split("/")[0]


def index(shards: Iterable[Path]) -> Iterator[Member]:
    """Every photo in the shards. Raises OSError and TrainingError."""
    for shard in shards:
        try:
            with tarfile.open(shard, "r:") as tar:
                for member in tar:
                    if member.isfile() and Path(member.name).suffix.lower() in SUFFIXES:
                        name = member.name.removeprefix("./")
                        yield Member(name, shard, member.offset_data, member.size)
                check_end(tar)
        except tarfile.TarError as problem:
            raise TrainingError(f"{shard} is not a tar, or incomplete") from problem


class Files:
    """The bytes of photos, read from the shards in place, so that hundreds of thousands need no
    memory and processes share them."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members
        self.maps = {shard: mapped(shard) for shard in {member.shard for member in members}}

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, n: int) -> bytes:
        member = self.members[n]
        return self.maps[member.shard][member.begin : member.begin + member.size]


def mapped(shard: Path) -> mmap.mmap:
    with shard.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def members(shards: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and file of every photo in the shards. Raises OSError and TrainingError."""
    files = Files(list(index(shards)))
    for n, member in enumerate(files.members):
        yield member.name, files[n]


def check_end(tar: tarfile.TarFile) -> None:
    """Raises TarError unless reading stopped at the end, a block of zeros: tarfile stops silently
    at a damaged header."""
    assert tar.fileobj is not None  # noqa: S101
    tar.fileobj.seek(tar.offset)
    if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("no end")


def shard_path(stem: Path, number: int) -> Path:
    return stem.with_name(f"{stem.name}-{number}.tar")


def check_free(stem: Path) -> None:
    """Raises TrainingError if there are shards with that name: if the new ones were fewer, some old
    ones would stay among them."""
    if there := sorted(stem.parent.glob(f"{stem.name}-[0-9]*.tar")):
        raise TrainingError(f"{there[0]} is there already: choose another name, or move it")


def write_shards(stem: Path, photos: Iterable[tuple[str, bytes]], seed: int, most: int) -> int:
    """Name and file of each photo -> STEM-0.tar and so on, shuffled, up to `most` bytes each.
    Returns their number.

    Leaves none behind if it raises OSError, or if `photos` raises.
    """
    with TemporaryFile(dir=stem.parent) as spool, ExitStack() as drafts:
        kept = [append(spool, name, file) for name, file in photos]
        random.Random(seed).shuffle(kept)  # noqa: S311 - the same in every run
        number = -1
        for number, part in enumerate(parts(kept, most)):
            path = drafts.enter_context(draft(shard_path(stem, number)))
            write_tar(path, part, spool)
        return number + 1


def append(spool: IO[bytes], name: str, file: bytes) -> Kept:
    start = spool.tell()
    spool.write(file)
    return Kept(name, start, len(file))


def parts(kept: Iterable[Kept], most: int) -> Iterator[list[Kept]]:
    """Split into groups that fit into a tar of `most` bytes, each with at least one."""
    part: list[Kept] = []
    room = most - tarfile.RECORDSIZE
    for each in kept:
        need = tarfile.BLOCKSIZE * (1 - -each.length // tarfile.BLOCKSIZE)
        if part and need > room:
            yield part
            part, room = [], most - tarfile.RECORDSIZE
        part.append(each)
        room -= need
    if part:
        yield part


def write_tar(path: Path, part: Iterable[Kept], spool: IO[bytes]) -> None:
    with tarfile.open(path, "w") as tar:
        for each in part:
            spool.seek(each.start)
            member = tarfile.TarInfo(each.name)
            member.size = each.length
            tar.addfile(member, io.BytesIO(spool.read(each.length)))


def write_folder(folder: Path, photos: Iterable[tuple[str, bytes]]) -> None:
    """Name and file of each photo -> files in `folder`, which must be empty or not exist.

    Leaves no folder behind if it raises OSError, or if `photos` raises.
    """
    with draft_folder(folder) as whole:
        for name, file in photos:
            (whole / name).parent.mkdir(exist_ok=True)
            (whole / name).write_bytes(file)
