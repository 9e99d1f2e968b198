"""What the picture of a HEIC is put together from. Knows no Django. Sources: ISO 14496-12 and
23008-12.

A small picture may be cut out of a huge one, or be made of a thousand: of a file of 500 bytes,
libheif would make gigabytes.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from colorize.engine.boxes import boxes
from colorize.engine.errors import Damaged, WrongType

# The most boxes side by side, and the most turns, mirrorings and cuts of a picture.
MOST_BOXES, MOST_CHANGES = 10_000, 3
CHANGES = (b"irot", b"imir", b"clap")
SIZE, GRID, TILES, OVER = b"ispe", b"grid", b"dimg", b"auxl"


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
        self.primary = number(first, long=first.version > 0)
        self.kinds = kinds_of(only(b"iinf", meta))
        self.properties = properties_of(inside(only(b"iprp", meta).content))
        self.tiles, self.over = references(meta, TILES), references(meta, OVER)
        self.counted: dict[int, int] = {}

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
                raise unusual()
            own = sum(map(self.pixels_of, tiles)) if tiles else self.largest(item)
            self.counted[item] = own + sum(map(self.pixels_of, self.over[item]))
        return self.counted[item]

    def largest(self, item: int) -> int:
        """The pixels by the file's word; if it is given twice, libheif decodes up to the larger."""
        sizes = [box.body for box in self.properties[item] if box.kind == SIZE]
        return max((width * height for width, height in map(sides, sizes)), default=0)


def unusual(kind: str = "a HEIC") -> WrongType:
    what = f"{kind} photo that is put together in an unusual way"
    return WrongType(what, "Save a copy as JPEG in a photo app and try again")


def inside(data: bytes) -> list[Box]:
    """Raises Damaged if there are far too many."""
    found = [Box(kind, data[at:end]) for kind, at, end in islice(boxes(data), MOST_BOXES + 1)]
    if len(found) > MOST_BOXES:
        raise Damaged
    return found


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
    for listed in (box for box in meta if box.kind == b"iref"):
        code, size = ("I", 4) if listed.version else ("H", 2)
        for box in inside(listed.body):
            if box.kind == kind:
                one, count = struct.unpack_from(f">{code}H", box.content)
                others = struct.unpack_from(f">{count}{code}", box.content, size + 2)
                for other in others:
                    item, part = (one, other) if kind == TILES else (other, one)
                    found[item].append(part)
    return found


def properties_of(boxes: list[Box]) -> dict[int, list[Box]]:
    """The properties of each item."""
    every = inside(only(b"ipco", boxes).content)
    found: dict[int, list[Box]] = defaultdict(list)
    for listed in (box for box in boxes if box.kind == b"ipma"):
        for item, index in associations(listed):
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
