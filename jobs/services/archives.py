"""ZIP files from outside, read with care: whatever is in them, memory and disk stay bounded, and
the names of members are only ever shown."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from colorize.engine.filenames import last_part
from colorize.engine.formats import ENDINGS
from colorize.web.text import plain
from jobs.companions import XMP, ZIP, companion_of, ending
from jobs.errors import BadZip
from jobs.models.items import NAME_LENGTH

# The list of members at the end of a ZIP file, in bytes: for some tens of thousands of them.
MOST_DIRECTORY = 2_000_000
# How many times larger than in the file a member may be. Scans rarely shrink to a tenth.
MOST_RATIO = 200
# Others are hardly ever used, and can take gigabytes of memory.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED, UTF_8 = 0x1, 0x800
# What a local header has at least.
HEADER_BYTES = 30
# What systems put beside photos.
JUNK_FOLDERS = ("__macosx/",)
JUNK_NAMES = ("thumbs.db", ".ds_store", "desktop.ini", "picasa.ini", ".picasa.ini")
# What a damaged or forged file makes the library raise.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    UnicodeError,
    ValueError,
    RuntimeError,
    OverflowError,
)


@dataclass(frozen=True)
class Member:
    """`path`: in the ZIP file, only to be compared with others; `name`: as people see it; `odd`:
    why it is left out, empty if it is not."""

    info: zipfile.ZipInfo
    path: str
    name: str
    odd: str

    @property
    def size(self) -> int:
        """In bytes, when unpacked."""
        return self.info.file_size


class Careful:
    """A file that is never read in pieces so large that they fill the memory. `was_cut`: whether
    less was read than was asked for, and is there."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.length = file.seek(0, 2)
        self.was_cut = False

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.length - self.file.tell())
        wanted = left if size < 0 else min(size, left)
        self.was_cut |= wanted > MOST_DIRECTORY
        return self.file.read(min(wanted, MOST_DIRECTORY))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True


def opened_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Raises BadZip."""
    careful = Careful(file)
    try:
        return zipfile.ZipFile(cast(IO[bytes], careful))
    except BROKEN as problem:
        # Members are read piece by piece, but the list of them all at once.
        many, broken = "it has too many files in it", "it is damaged, incomplete, or not a ZIP file"
        raise BadZip(reason=many if careful.was_cut else broken) from problem


def members_of(archive: zipfile.ZipFile) -> list[Member]:
    """All files in a ZIP file, without folders. Raises BadZip if members share bytes, by which a
    small file would fill a disk."""
    infos = archive.infolist()
    check_apart(infos)
    return [member_of(info) for info in infos if not info.is_dir()]


def check_apart(infos: list[zipfile.ZipInfo]) -> None:
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise BadZip(reason="files in it overlap, which only happens in forged ones")
        end = info.header_offset + HEADER_BYTES + info.compress_size


def member_of(info: zipfile.ZipInfo) -> Member:
    path = readable(info).replace("\\", "/")
    name = plain(last_part(path))[-NAME_LENGTH:] or "photo"
    return Member(info, path.lower(), name, oddness(info, path))


def readable(info: zipfile.ZipInfo) -> str:
    """The path; many programs write UTF-8 without saying so."""
    name = info.orig_filename
    if info.flag_bits & UTF_8:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def oddness(info: zipfile.ZipInfo, path: str) -> str:
    low = path.lower()
    name = last_part(low)
    if any(folder in f"/{low}" for folder in (f"/{each}" for each in JUNK_FOLDERS)):
        return "This is a file of macOS, not a photo."
    if name in JUNK_NAMES or name.startswith("._"):
        return "This is a system file, not a photo."
    if info.flag_bits & ENCRYPTED:
        return "This needs a password. Make a ZIP file without one."
    if info.compress_type not in METHODS:
        return "This is compressed in a way that can’t be read here. Make an ordinary ZIP file."
    if info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return f"Unpacked, this is more than {MOST_RATIO} times as large, which no photo is."
    if companion_of(name) is ZIP:
        return "This is a ZIP file inside the ZIP file. Send it separately."
    return "" if may_be_photo(name) else "This is not a photo."


def may_be_photo(name: str) -> bool:
    """Whether a name ends like a picture's or a sidecar's, or has no ending: 12.5.1931."""
    after = ending(name)
    is_known = f".{after}" in ENDINGS or companion_of(name) is XMP
    return is_known or not after.isalnum() or after.isdigit()


def pieces_of(archive: zipfile.ZipFile, member: Member, size: int) -> Iterator[bytes]:
    """The content of a member, in pieces of that many bytes. Raises one of BROKEN."""
    with archive.open(member.info) as file:
        while piece := file.read(size):
            yield piece


def head_of(archive: zipfile.ZipFile, member: Member, size: int) -> bytes:
    """Its first bytes. Raises one of BROKEN."""
    with archive.open(member.info) as file:
        return file.read(size)
