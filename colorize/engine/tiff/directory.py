"""Reads and writes the directories of TIFFs. Knows no Django. Sources: TIFF 6.0; BigTIFF design,
https://libtiff.gitlab.io/libtiff/specification/bigtiff.html

Values are read when they are asked for, and never more than fits a real file: a directory may point
to the same megabytes a thousand times.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL.ExifTags import Base as Tag
from PIL.TiffTags import LONG, SHORT

ORDERS = {b"II": "<", b"MM": ">"}
BIG = (b"+\0", b"\0+")
# The size of a value of each type, and NumPy's name of the types of whole numbers.
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SIZES |= {16: 8, 17: 8, 18: 8}
NUMBERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
# Types that only BigTIFF has.
LARGE = range(14, 256)
# The most values of a tag, and the most bytes, that are read.
MAX_NUMBERS, MAX_BYTES = 3 << 16, 8_000_000
# The most tags that are read of a directory, and of all pages: directories may overlap, too.
MAX_TAGS, MAX_TAGS_OF_ALL = 1 << 12, 1 << 18

# Type, number of values, and their bytes.
Value: TypeAlias = tuple[int, int, bytes]


@dataclass(frozen=True)
class Entry:
    """`at`: where the values begin."""

    type: int
    count: int
    at: int

    @property
    def size(self) -> int:
        return self.count * SIZES.get(self.type, 0)


class Directory:
    """The tags of a page. Raises struct.error if it does not lie within the file."""

    def __init__(self, data: bytes, at: int) -> None:
        if at > len(data):
            raise struct.error
        self.data, self.at = data, at
        self.order = ORDERS[data[:2]]
        big = data[2:4] in BIG
        number, size, entry = ("Q", 8, "HHQ") if big else ("H", 2, "HHI")
        (count,) = struct.unpack_from(self.order + number, data, at)
        inline = 8 if big else 4
        step = struct.calcsize(f"<{entry}") + inline
        self.entries: dict[int, Entry] = {}
        self.read = min(count, MAX_TAGS)
        for n in range(self.read):
            place = at + size + n * step
            tag, kind, values = struct.unpack_from(self.order + entry, data, place)
            start = place + step - inline
            if values * SIZES.get(kind, 0) > inline:
                (start,) = struct.unpack_from(self.order + ("Q" if big else "I"), data, start)
            self.entries.setdefault(tag, Entry(kind, values, start))
        self.end = at + size + count * step

    def next(self) -> int:
        """Where the next page's directory begins; 0 after the last."""
        long = "Q" if self.data[2:4] in BIG else "I"
        try:
            return int(struct.unpack_from(self.order + long, self.data, self.end)[0])
        except struct.error:
            return 0

    def numbers(self, tag: int, *otherwise: int) -> list[int]:
        """Whole numbers, as far as the file has them; `otherwise` if the tag is missing."""
        entry = self.entries.get(tag)
        if entry is None or entry.type not in NUMBERS or not entry.count:
            return list(otherwise)
        raw = self.raw(tag, min(entry.count, MAX_NUMBERS) * SIZES[entry.type])
        whole = len(raw) // SIZES[entry.type]
        return list(map(int, np.frombuffer(raw, self.order + NUMBERS[entry.type], whole)))

    def number(self, tag: int, otherwise: int) -> int:
        return next(iter(self.numbers(tag)), otherwise)

    def raw(self, tag: int, most: int = MAX_BYTES) -> bytes:
        """The bytes of a tag's values; empty if it is missing or has more than `most`."""
        entry = self.entries.get(tag)
        if entry is None or (entry.size > most and entry.type not in NUMBERS):
            return b""
        return self.data[entry.at : entry.at + min(entry.size, most)]

    def value(self, tag: int, most: int) -> Value | None:
        """For `written`; None if the tag is missing or large, or if the file ends before it."""
        entry = self.entries.get(tag)
        if entry is None or entry.type in LARGE or not 0 < entry.size <= most:
            return None
        raw = self.data[entry.at : entry.at + entry.size]
        return (entry.type, entry.count, raw) if len(raw) == entry.size else None


def directories(data: bytes, most: int) -> Iterator[Directory]:
    """Of the pages, up to `most`, and to MAX_TAGS_OF_ALL. Raises struct.error for a broken one."""
    order, big = ORDERS[data[:2]], data[2:4] in BIG
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    seen: set[int] = set()
    left = MAX_TAGS_OF_ALL
    while at and at not in seen and len(seen) < most and left > 0:
        seen.add(at)
        directory = Directory(data, at)
        left -= directory.read + 1
        yield directory
        at = directory.next()


def short(order: str, *numbers: int) -> Value:
    return SHORT, len(numbers), struct.pack(f"{order}{len(numbers)}H", *numbers)


def long(order: str, *numbers: int) -> Value:
    return LONG, len(numbers), struct.pack(f"{order}{len(numbers)}I", *numbers)


def written(
    order: str,
    tags: dict[int, Value],
    pixels: bytes | memoryview = b"",
    below: Mapping[int, dict[int, Value]] | None = None,
) -> bytes:
    """A small TIFF of one page: its tags, the directories below, and one strip with the pixels."""
    below = below or {}
    tags = tags | dict.fromkeys([Tag.StripOffsets, *below], long(order, 0))
    tags[Tag.StripByteCounts] = long(order, len(pixels))
    at = 8 + len(directory_bytes(order, tags, 8))
    behind = b""
    for tag, inner in below.items():
        tags[tag] = long(order, at + len(behind))
        behind += directory_bytes(order, inner, at + len(behind))
    tags[Tag.StripOffsets] = long(order, at + len(behind))
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return b"".join([head, directory_bytes(order, tags, 8), behind, pixels])


def directory_bytes(order: str, tags: Mapping[int, Value], at: int) -> bytes:
    """A directory that begins at `at`, with its values behind it."""
    entries, behind = b"", b""
    place = at + 2 + 12 * len(tags) + 4
    for tag, (kind, count, raw) in sorted(tags.items()):
        entries += struct.pack(f"{order}HHI", tag, kind, count)
        if len(raw) <= 4:
            entries += raw.ljust(4, b"\0")
        else:
            entries += struct.pack(f"{order}I", place + len(behind))
            behind += raw + bytes(len(raw) % 2)
    return struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + behind
