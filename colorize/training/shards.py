"""Tars of photos, SOURCE/NUMBER.SUFFIX: read where they lie, written whole. Needs no torch."""

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
    """A photo's name, and where it lies in the file that holds them all."""

    name: str
    start: int
    length: int


@dataclass(frozen=True)
class Member:
    """A photo in a shard: its `SOURCE/NUMBER.ext`, and where its bytes lie."""

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
            raise TrainingError(f"{shard} is no tar, or not whole") from problem


class Files:
    """The bytes of the photos, read from the shards where they lie: hundreds of thousands need no
    memory of their own, and processes share them."""

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
    """Raises TarError where reading ended at something else than the end, a block of zeros: a
    header in the middle that is damaged ends it without a word."""
    assert tar.fileobj is not None  # noqa: S101
    tar.fileobj.seek(tar.offset)
    if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("no end")


def shard_path(stem: Path, number: int) -> Path:
    return stem.with_name(f"{stem.name}-{number}.tar")


def check_free(stem: Path) -> None:
    """Raises TrainingError where there are shards of that name: fewer new ones would leave the rest
    of the old ones between them."""
    if there := sorted(stem.parent.glob(f"{stem.name}-[0-9]*.tar")):
        raise TrainingError(f"{there[0]} is there already: choose another name, or move it")


def write_shards(stem: Path, photos: Iterable[tuple[str, bytes]], seed: int, most: int) -> int:
    """Name and file of each photo -> STEM-0.tar and on, shuffled, of `most` bytes each; how many.

    Raises OSError; then, as where `photos` raises, there are none.
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
    """In order, as many at a time as a tar of `most` bytes holds, and at least one."""
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
    """Name and file of each photo -> files below `folder`, which must be empty or not there.

    Raises OSError; then, as where `photos` raises, there is no folder.
    """
    with draft_folder(folder) as whole:
        for name, file in photos:
            (whole / name).parent.mkdir(exist_ok=True)
            (whole / name).write_bytes(file)
