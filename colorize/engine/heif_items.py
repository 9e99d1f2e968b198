"""What the picture of a HEIC is put together from. Knows no Django. Sources: ISO 14496-12 and
23008-12.

A small picture may be cut out of a huge one, or be made of a thousand: of a file of 500 bytes,
libheif would make gigabytes.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from PIL import Image

from colorize.engine.boxes import boxes
from colorize.engine.errors import Damaged, WrongType

# The most entries of a list: boxes side by side, properties or parts of all pictures, and others.
# The most turns, mirrorings and cuts of a picture.
MOST_ENTRIES, MOST_CHANGES = 10_000, 3
CHANGES = (b"irot", b"imir", b"clap")
# Where the data of an item is: in the file, or in the list of items itself.
IN_FILE, IN_LIST = 0, 1
# Pixels that may be decoded beside a multiple of the picture's, as for a part of a photo.
SPARE = 1 << 24
SIZE, GRID, TILES, OVER = b"ispe", b"grid", b"dimg", b"auxl"

Value = TypeVar("Value")


@dataclass(frozen=True)
class Box:
    """`version`, `flags` and `body`: of the kinds that have them."""

    kind: bytes
    content: bytes

    @property
    def version(self) -> int:
        return self.content[0]

    @property
    def flags(self) -> int:
        return self.content[3]

    @property
    def body(self) -> bytes:
        return self.content[4:]


class Items:
    """The pictures of a HEIC, by their numbers. Raises Damaged, struct.error or IndexError if the
    file's list of them is broken, or is there twice."""

    def __init__(self, data: bytes) -> None:
        meta = inside(only(b"meta", inside(data)).body)
        first = only(b"pitm", meta)
        self.places = Locations(only(b"iloc", meta))
        self.primary = number(first, long=first.version > 0)
        self.kinds = kinds_of(only(b"iinf", meta))
        self.properties = properties_of(inside(only(b"iprp", meta).content))
        self.tiles, self.over = references(meta, TILES), references(meta, OVER)
        self.counted: dict[int, int] = {}

    def bytes(self) -> int:
        """Of all items and their properties, which may be the same bytes again and again."""
        own = [box for boxes in self.properties.values() for box in boxes]
        data = sum(size for _, _, parts in self.places.read() for _, size in parts)
        return data + sum(len(box.content) for box in own)

    def pixels(self) -> int:
        """How many are decoded for the primary picture: those of its tiles, if it has any, and of
        what lies over it, as its transparency.

        Raises WrongType if it is put together otherwise, RecursionError if from itself.
        """
        return self.pixels_of(self.primary)

    def pixels_of(self, item: int) -> int:
        if item not in self.counted:
            tiles = self.tiles[item]
            changes = [box for box in self.properties[item] if box.kind in CHANGES]
            if len(changes) > MOST_CHANGES or (tiles and self.kinds[item] != {GRID}):
                raise unusual("a HEIC")
            own = sum(map(self.pixels_of, tiles)) if tiles else self.largest(item)
            self.counted[item] = own + sum(map(self.pixels_of, self.over[item]))
        return self.counted[item]

    def largest(self, item: int) -> int:
        """The pixels by the file's word. If it is given twice, libheif decodes up to the larger.

        Raises Damaged if it is missing: libheif would decode whatever there is.
        """
        sizes = [box.body for box in self.properties[item] if box.kind == SIZE]
        if not sizes:
            raise Damaged
        return max(width * height for width, height in map(sides, sizes))


class Locations:
    """The box that says where items are."""

    def __init__(self, box: Box) -> None:
        self.body, self.at, self.version = box.body, 2, box.version
        self.left = 10 * MOST_ENTRIES
        first, second = self.body[:2]
        self.offset, self.length = first >> 4, first & 15
        self.base, self.index = second >> 4, second & 15 if self.version else 0

    def number(self, size: int) -> int:
        self.at += size
        self.left -= 1
        if self.at > len(self.body) or self.left < 0:
            raise Damaged
        return int.from_bytes(self.body[self.at - size : self.at])

    def read(self) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """An item's number, IN_FILE or IN_LIST, and the start and size of its parts; a size of 0
        is the rest. Once only; raises Damaged if the box ends before, or is far too long."""
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


def unusual(kind: str) -> WrongType:
    what = f"{kind} photo that is put together in an unusual way"
    return WrongType(what, "Save a copy as JPEG in a photo app and try again")


def check_share(decoded: int, image: Image.Image, most: int, kind: str) -> None:
    """Raises WrongType if far more than `most` times the picture's pixels are decoded for it."""
    if decoded > most * image.width * image.height + SPARE:
        raise unusual(kind)


def few(found: Iterable[Value]) -> Iterator[Value]:
    """The same; raises Damaged if there are far too many, which would take long to look at."""
    for number, one in enumerate(found):
        if number == MOST_ENTRIES:
            raise Damaged
        yield one


def inside(data: bytes) -> list[Box]:
    return [Box(kind, data[at:end]) for kind, at, end in few(boxes(data))]


def only(kind: bytes, among: list[Box]) -> Box:
    """Raises Damaged if there is none or more than one: programs differ in which they read."""
    found = [box for box in among if box.kind == kind]
    if len(found) != 1:
        raise Damaged
    return found[0]


def sides(size: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", size)
    return width, height


def number(box: Box, long: bool) -> int:
    """Of an item, at the start; it is longer in later versions."""
    return int(struct.unpack_from(">I" if long else ">H", box.body)[0])


def kinds_of(listed: Box) -> dict[int, set[bytes]]:
    """The kinds that the file gives each item."""
    found: dict[int, set[bytes]] = defaultdict(set)
    for box in inside(listed.body[4 if listed.version else 2 :]):
        if box.kind == b"infe" and box.version >= 2:
            at = 4 if box.version == 2 else 6
            found[number(box, long=box.version > 2)].add(box.body[at : at + 4])
    return found


def references(meta: list[Box], kind: bytes) -> dict[int, list[int]]:
    """The items that each one is made of (TILES), or that lie over it (OVER)."""
    found: dict[int, list[int]] = defaultdict(list)
    lists = [listed for listed in meta if listed.kind == b"iref"]
    for one, other in few(chain.from_iterable(pairs(listed, kind) for listed in lists)):
        item, part = (one, other) if kind == TILES else (other, one)
        found[item].append(part)
    return found


def pairs(listed: Box, kind: bytes) -> Iterator[tuple[int, int]]:
    """The numbers of two items, the second of which the first refers to."""
    code, size = ("I", 4) if listed.version else ("H", 2)
    for box in inside(listed.body):
        if box.kind == kind:
            one, count = struct.unpack_from(f">{code}H", box.content)
            for other in struct.unpack_from(f">{count}{code}", box.content, size + 2):
                yield one, other


def properties_of(boxes: list[Box]) -> dict[int, list[Box]]:
    """The properties of each item."""
    every = inside(only(b"ipco", boxes).content)
    found: dict[int, list[Box]] = defaultdict(list)
    lists = [box for box in boxes if box.kind == b"ipma"]
    for item, index in few(chain.from_iterable(map(associations, lists))):
        if 0 < index <= len(every):
            found[item].append(every[index - 1])
    return found


def associations(listed: Box) -> Iterator[tuple[int, int]]:
    """The number of an item and of one of its properties, from 1."""
    body, at = listed.body, 4
    head = ">IB" if listed.version else ">HB"
    long = listed.flags & 1
    for _ in range(struct.unpack_from(">I", body)[0]):
        item, count = struct.unpack_from(head, body, at)
        at += struct.calcsize(head)
        for _ in range(count):
            index = struct.unpack_from(">H", body, at)[0] & 0x7FFF if long else body[at] & 0x7F
            at += 2 if long else 1
            yield item, index
