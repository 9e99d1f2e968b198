"""Checks that a JPEG 2000 is complete; Pillow reads it. Knows no Django. Source: ITU-T T.800,
annexes A and I."""

import struct
from collections.abc import Iterator

from colorize.engine.errors import MAX_MISSING, Damaged
from colorize.engine.plain import Plain

START, SIZE, TILE_PART, END = b"\xff\x4f", b"\xff\x51", b"\xff\x90", b"\xff\xd9"
CODESTREAM = b"jp2c"
TILE_PART_LENGTH = 12


class Jpeg2000(Plain):
    format = "JPEG2000"
    # 12 bytes for each pixel, measured; a JPEG takes 7.
    weight = 2

    def check(self) -> None:
        """Raises Damaged if the end is missing: the decoder would fill it with something."""
        stream = codestream(self.data)
        left = tiles(stream)
        for tile, at, size in tile_parts(stream):
            left.discard(tile)
            if (at + size) - len(stream) > MAX_MISSING * len(stream):
                raise Damaged
        if left:
            raise Damaged


def codestream(data: bytes) -> bytes:
    """Of a file with boxes, or without. Raises Damaged if there is none."""
    if data.startswith(START):
        return data
    for kind, at, end in boxes(data):
        if kind == CODESTREAM:
            return data[at:end]
    raise Damaged


def boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= len(data):
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        end = at + size if size else len(data)
        yield kind, at + head, end
        at = max(end, at + 8)


def tiles(stream: bytes) -> set[int]:
    """The numbers of all tiles, from the size segment behind the start."""
    if stream[2:4] != SIZE:
        raise Damaged
    width, height, _, _, *tile = struct.unpack_from(">8I", stream, 8)
    across = -(-(width - tile[2]) // tile[0])
    down = -(-(height - tile[3]) // tile[1])
    if not 0 < across * down <= 1 << 16:
        raise Damaged
    return set(range(across * down))


def tile_parts(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Tile, place and size of each part, as far as the file has them."""
    at = 2
    while stream[at : at + 2] not in (TILE_PART, b""):
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    while stream[at : at + 2] == TILE_PART and at + TILE_PART_LENGTH <= len(stream):
        tile, size = struct.unpack_from(">HI", stream, at + 4)
        # 0: up to the end.
        size = size or len(stream) - at
        yield tile, at, size
        at += max(size, TILE_PART_LENGTH)
