"""HEIC and AVIF files of kinds that their libraries do not write."""

import struct
from dataclasses import dataclass, field
from functools import cache

from PIL import Image

from tests.photos import save


def box(kind: bytes, *content: bytes, version: int | None = None, flags: int = 0) -> bytes:
    body = b"".join(content)
    if version is not None:
        body = bytes([version]) + flags.to_bytes(3) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


# What coded pictures are called, and the box that says how.
CODED = {"HEIC": b"hvc1", "AVIF": b"av01"}
CONFIG = {"HEIC": b"hvcC", "AVIF": b"av1C"}
# Three channels of 8 bits.
DEPTH = box(b"pixi", b"\3\x08\x08\x08", version=0)


def size(width: int, height: int) -> bytes:
    return box(b"ispe", struct.pack(">II", width, height), version=0)


def cut(width: int, height: int) -> bytes:
    """To the middle."""
    return box(b"clap", struct.pack(">8I", width, 1, height, 1, 0, 1, 0, 1))


def turn(quarters: int = 1) -> bytes:
    return box(b"irot", bytes([quarters]))


def alpha() -> bytes:
    return box(b"auxC", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", version=0)


def grid(rows: int, columns: int, width: int, height: int) -> bytes:
    return struct.pack(">4B2H", 0, 0, rows - 1, columns - 1, width, height)


def overlay(width: int, height: int) -> bytes:
    """One layer at the top left."""
    return struct.pack(">2B4H2I2i", 0, 1, 0, 0, 0, 0, width, height, 0, 0)


@dataclass
class Heif:
    """The first picture is the one to be shown.

    `kind`: HEIC or AVIF; `items`: the kind, the data and the properties of each; `references`:
    their kind, from which item, and to which.
    """

    kind: str = "HEIC"
    items: list[tuple[bytes, bytes, tuple[bytes, ...]]] = field(default_factory=list)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)

    def add(self, kind: bytes, data: bytes, *properties: bytes) -> "Heif":
        self.items.append((kind, data, properties))
        return self

    def coded(self, *properties: bytes, grey: int = 128, side: int = 64) -> "Heif":
        """A square of one grey, whatever the properties say."""
        config, data = coded(self.kind, grey, side)
        return self.add(CODED[self.kind], data, config, DEPTH, *properties)

    def refer(self, kind: bytes, one: int, *others: int) -> "Heif":
        self.references.append((kind, one, others))
        return self

    def written(self) -> bytes:
        brand = self.kind.lower().encode()
        head = box(b"ftyp", brand, bytes(4), b"mif1", brand)
        data = b"".join(self.data())
        start = len(head) + len(self.meta(0)) + 8
        return head + self.meta(start) + box(b"mdat", data)

    def data(self) -> list[bytes]:
        """Of all items; the same data only once."""
        return list(dict.fromkeys(data for _, data, _ in self.items))

    def meta(self, start: int) -> bytes:
        return box(
            b"meta",
            box(b"hdlr", bytes(4), b"pict", bytes(13), version=0),
            box(b"pitm", struct.pack(">H", 1), version=0),
            self.places(start),
            self.kinds(),
            self.properties(),
            self.relations(),
            version=0,
        )

    def places(self, start: int) -> bytes:
        places, starts = b"", {}
        for data in self.data():
            starts[data] = start
            start += len(data)
        for number, (_, data, _) in enumerate(self.items, 1):
            places += struct.pack(">3H2I", number, 0, 1, starts[data], len(data))
        return box(b"iloc", b"\x44\0", struct.pack(">H", len(self.items)), places, version=0)

    def kinds(self) -> bytes:
        kinds = [
            box(b"infe", struct.pack(">2H", number, 0), kind, b"\0", version=2)
            for number, (kind, _, _) in enumerate(self.items, 1)
        ]
        return box(b"iinf", struct.pack(">H", len(kinds)), *kinds, version=0)

    def properties(self) -> bytes:
        every = list(dict.fromkeys(box for _, _, own in self.items for box in own))
        belong = b""
        for number, (_, _, own) in enumerate(self.items, 1):
            belong += struct.pack(">HB", number, len(own))
            belong += bytes(every.index(box) + 1 for box in own)
        count = struct.pack(">I", len(self.items))
        return box(b"iprp", box(b"ipco", *every), box(b"ipma", count, belong, version=0))

    def relations(self) -> bytes:
        told = [
            box(kind, struct.pack(f">2H{len(others)}H", one, len(others), *others))
            for kind, one, others in self.references
        ]
        return box(b"iref", *told, version=0) if told else b""


@cache
def coded(kind: str, grey: int, side: int) -> tuple[bytes, bytes]:
    """How a square of one grey is coded, and its data."""
    file = save(Image.new("RGB", (side, side), (grey, grey, grey)), kind)
    parts = []
    for name in (CONFIG[kind], b"mdat"):
        at = file.index(name) - 4
        parts.append(file[at : at + int.from_bytes(file[at : at + 4])])
    config, data = parts
    return config, data[8:]
