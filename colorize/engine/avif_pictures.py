"""How large the pictures in an AVIF really are. Knows no Django. Sources: ISO 14496-12 and
23008-12.

libavif decodes what the streams have, and shrinks it to the size that the file says: of a file of
2 kB it would make half a gigabyte, and of one with a thousand tiles for minutes.
"""

import struct
from collections.abc import Iterator

from colorize.engine.av1 import most_pixels
from colorize.engine.errors import Damaged
from colorize.engine.heif_items import Box, inside, kinds_of, only

# Where the data of an item is: in the file, or in the list of items itself.
IN_FILE, IN_LIST = 0, 1
CODED = b"av01"


def decoded_pixels(data: bytes) -> int:
    """Of all pictures in the file, as of tiles and transparency, and of the first in each track.

    Raises Damaged, struct.error or IndexError if their list is broken.
    """
    return sum(map(most_pixels, streams(memoryview(data), inside(data))))


def streams(file: memoryview, top: list[Box]) -> Iterator[memoryview]:
    if of_kind(b"meta", top):
        yield from items(file, inside(only(b"meta", top).body))
    for film in of_kind(b"moov", top):
        for track in of_kind(b"trak", inside(film.content)):
            yield first_sample(file, track)


def of_kind(kind: bytes, among: list[Box]) -> list[Box]:
    return [box for box in among if box.kind == kind]


def items(file: memoryview, meta: list[Box]) -> Iterator[memoryview]:
    kinds = kinds_of(only(b"iinf", meta))
    listed = b"".join(box.content for box in of_kind(b"idat", meta))
    sources = {IN_FILE: file, IN_LIST: memoryview(listed)}
    left = 2 * len(file)
    for item, source, places in Locations(only(b"iloc", meta)).read():
        if CODED in kinds[item]:
            parts = [sources[source][at:][: size or None] for at, size in places]
            if len(parts) > 1:
                left -= sum(map(len, parts))
                if left < 0:
                    raise Damaged
            yield parts[0] if len(parts) == 1 else memoryview(b"".join(parts))


class Locations:
    """The box that says where items are."""

    def __init__(self, box: Box) -> None:
        self.body, self.at, self.version = box.body, 2, box.version
        first, second = self.body[:2]
        self.offset, self.length = first >> 4, first & 15
        self.base, self.index = second >> 4, second & 15 if self.version else 0

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self.body):
            raise Damaged
        return int.from_bytes(self.body[self.at - size : self.at])

    def read(self) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """An item's number, IN_FILE or IN_LIST, and the start and size of its parts; a size of 0
        is the rest."""
        long = 4 if self.version > 1 else 2
        for _ in range(self.number(long)):
            item = self.number(long)
            place = self.number(2) & 15 if self.version else IN_FILE
            self.number(2)
            base = self.number(self.base)
            parts = []
            for _ in range(self.number(2)):
                self.number(self.index)
                start = base + self.number(self.offset)
                parts.append((start, self.number(self.length)))
            yield item, place, parts


def first_sample(file: memoryview, track: Box) -> memoryview:
    """Empty if the track has no pictures of AV1."""
    for kind in (b"mdia", b"minf", b"stbl"):
        track = only(kind, inside(track.content))
    tables = inside(track.content)
    if CODED not in only(b"stsd", tables).body:
        return file[:0]
    same, count = struct.unpack_from(">2I", only(b"stsz", tables).body)
    size = same or (count and struct.unpack_from(">I", only(b"stsz", tables).body, 8)[0])
    large = of_kind(b"co64", tables)
    places, code = (large[0], ">Q") if large else (only(b"stco", tables), ">I")
    (at,) = struct.unpack_from(code, places.body, 4)
    return file[at : at + size]
