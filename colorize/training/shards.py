"""Tars of photos, SOURCE/NUMBER.SUFFIX, written all or not at all. Needs no torch."""

import io
import random
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from colorize.drafts import draft, draft_folder
from colorize.training.errors import TrainingError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Kept(NamedTuple):
    """A photo's name, and where it lies in the file that holds them all."""

    name: str
    start: int
    length: int


def members(shards: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and file of every photo in the shards. Raises OSError and TrainingError."""
    for shard in shards:
        try:
            with tarfile.open(shard, "r:") as tar:
                for member in tar:
                    photo = Path(member.name).suffix.lower() in SUFFIXES
                    if photo and (file := tar.extractfile(member)) is not None:
                        yield member.name.removeprefix("./"), file.read()
                check_end(tar)
        except tarfile.TarError as problem:
            raise TrainingError(f"{shard} is no tar, or not whole") from problem


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
