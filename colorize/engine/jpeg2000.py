"""Checks that a JPEG 2000 is complete; Pillow reads it. Knows no Django. Source: ITU-T T.800,
annexes A and I."""

import struct
from collections.abc import Iterator

from colorize.engine.boxes import boxes
from colorize.engine.errors import MAX_MISSING, Damaged
from colorize.engine.pillow_readers import PillowReader

START, SIZE, TILE_PART, DATA = b"\xff\x4f", b"\xff\x51", b"\xff\x90", b"\xff\x93"
# Segments of a header: how all components are coded, how one is, and all others.
CODING, CODING_OF_ONE = 0x52, 0x53
HEADER = {0x50, 0x51, CODING, CODING_OF_ONE, 0x55, 0x57, 0x58, 0x59, 0x5C, 0x5D, 0x5E, 0x5F}
HEADER |= {0x60, 0x61, 0x63, 0x64, 0x74, 0x75, 0x77, 0x78}
# The decoder keeps some hundred bytes for each block, whatever the file has of it: the fewest
# pixels of one on average, where the picture is large enough for blocks to matter.
LEAST_BLOCK, LARGE = 256, 1_000_000
CODESTREAM = b"jp2c"
TILE_PART_LENGTH = 12


class Jpeg2000(PillowReader):
    format = "JPEG2000"

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        # 12 bytes for each pixel, and 22 with transparency, measured; a JPEG takes 7.
        self.weight = 3 if components(codestream(data)) > 3 else 2

    def check(self) -> None:
        """Raises Damaged if the end is missing, which the decoder would fill with something, or if
        its blocks are so small that they would take far more memory than the pixels."""
        stream = codestream(self.data)
        check_blocks(stream)
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


def components(stream: bytes) -> int:
    return int.from_bytes(stream[40:42], "big")


def check_blocks(stream: bytes) -> None:
    """Raises Damaged for tiny blocks in a large picture, in the main header or a tile's."""
    width, height = struct.unpack_from(">2I", stream, 8)
    if width * height < LARGE:
        return
    headers = [2, *(at + TILE_PART_LENGTH for _, at, _ in tile_parts(stream))]
    for start in headers:
        for kind, content in segments(stream, start):
            if kind == CODING:
                check_coding(content[5:], bool(content[0] & 1))
            if kind == CODING_OF_ONE:
                wide = 2 if components(stream) > 256 else 1
                check_coding(content[wide + 1 :], bool(content[wide] & 1))


def check_coding(coding: bytes, has_precincts: bool) -> None:
    """`coding`: the parameters from the number of levels on. Each level may cut its blocks at
    precincts of its own, the smallest level first."""
    levels, across, down = coding[0], coding[1] + 2, coding[2] + 2
    blocks = 0.0
    for level in range(levels + 1):
        precinct = coding[5 + level] if has_precincts else 0xFF
        halved = level > 0
        sides = min(across, (precinct & 15) - halved) + min(down, (precinct >> 4) - halved)
        blocks += 2.0 ** (2 * (level - levels) - sides)
    if blocks * LEAST_BLOCK > 1:
        raise Damaged


def segments(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the segments of a header. Raises Damaged for what does not belong
    there: the decoder would look behind it in its own way."""
    while stream[at : at + 2] not in (TILE_PART, DATA):
        if stream[at : at + 1] != b"\xff" or stream[at + 1] not in HEADER:
            raise Damaged
        size = int.from_bytes(stream[at + 2 : at + 4], "big")
        yield stream[at + 1], stream[at + 4 : at + 2 + size]
        at += 2 + size


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
