"""How large the pictures in an AVIF really are. Knows no Django. Sources: ISO 14496-12 and
23008-12.

libavif decodes what the streams have, and shrinks it to the size that the file says: of a file of
2 kB it would make half a gigabyte, and of one with a thousand tiles for minutes.
"""

import struct
from collections.abc import Iterator
from itertools import islice

from colorize.engine.av1 import most_pixels
from colorize.engine.errors import Damaged
from colorize.engine.heif_items import IN_FILE, IN_LIST, Box, Locations, inside, kinds_of, only

CODED = b"av01"
# The most pictures in a file, as in libheif.
MOST_STREAMS = 1000


def decoded_pixels(data: bytes) -> int:
    """Of all pictures in the file, as of tiles and transparency, and of the first in each track.

    Raises Damaged, struct.error or IndexError if their list is broken.
    """
    found = list(islice(streams(memoryview(data), inside(data)), MOST_STREAMS + 1))
    if len(found) > MOST_STREAMS:
        raise Damaged
    return sum(map(most_pixels, found))


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


def first_sample(file: memoryview, track: Box) -> memoryview:
    """Empty if the track has no pictures of AV1."""
    for kind in (b"mdia", b"minf", b"stbl"):
        track = only(kind, inside(track.content))
    tables = inside(track.content)
    if CODED not in only(b"stsd", tables).body:
        return file[:0]
    sizes = only(b"stsz", tables).body
    same, count = struct.unpack_from(">2I", sizes)
    size = same or (count and struct.unpack_from(">I", sizes, 8)[0])
    large = of_kind(b"co64", tables)
    places, code = (large[0], ">Q") if large else (only(b"stco", tables), ">I")
    (at,) = struct.unpack_from(code, places.body, 4)
    return file[at : at + size]
