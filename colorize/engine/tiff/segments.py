"""Decodes the strips or tiles of a TIFF's page, one after the other. Knows no Django."""

import io
import zlib
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import Base as Tag

from colorize.engine.errors import MAX_MISSING, Damaged, WrongType
from colorize.engine.planes import BAND_PIXELS
from colorize.engine.tiff.directory import Directory, Value, long, short, written
from colorize.engine.tiff.page import (
    BLACK_IS_ZERO,
    CHANNELS,
    DEFLATE,
    DIFFERENCES,
    FAX,
    JPEG,
    LZW,
    NONE,
    REVERSED,
    Page,
)

# (h, w, n).
Samples: TypeAlias = NDArray[np.uint8 | np.uint16]

# The most strips or tiles, the least side of a tile, and the most bytes that are decoded at once.
MAX_SEGMENTS, LEAST_TILE, MAX_AT_ONCE = 100_000, 16, 200_000_000
# The most pixels that tiles may cover, for each of the page's, and besides, as of a small page.
MOST_COVERED, SPARE = 4, 1 << 22
# The size of a segment whose size the file does not say.
UNKNOWN = 1 << 62
# Compressed data is inflated in pieces of this size.
PIECE = 1 << 16
MIRRORED = bytes(int(f"{n:08b}"[::-1], 2) for n in range(256))
# Tags that the decoder needs of a fax, or of a JPEG.
FOR_FAX = (Tag.T4Options, Tag.T6Options)
FOR_JPEG = (Tag.JPEGTables, Tag.YCbCrSubSampling)


class Segments:
    """The strips or tiles of a page. Raises Damaged for impossible ones, and for tiles far larger
    than the page, which would cost more than its size says; WrongType if one is too large to decode
    at once."""

    def __init__(self, data: bytes, tags: Directory, page: Page) -> None:
        self.data, self.tags, self.page = memoryview(data), tags, page
        self.width, self.height = page.block
        self.planes = page.samples if page.planar else 1
        self.samples = 1 if page.planar else page.samples
        least = LEAST_TILE if page.tiled else 1
        if min(self.width, self.height) < least or not 0 < page.samples < 100:
            raise Damaged
        self.across = -(-page.width // self.width)
        self.down = -(-page.height // self.height)
        covered = self.across * self.width * self.down * self.height
        if covered > MOST_COVERED * page.width * page.height + SPARE:
            raise Damaged
        self.row_bytes = (self.width * self.samples * page.bits[0] + 7) // 8
        self.places = self.found()
        whole = self.row_bytes * min(self.height, page.height)
        if page.compression not in (NONE, *DEFLATE) and whole > MAX_AT_ONCE:
            what = "a very large TIFF whose picture is compressed in one piece"
            raise WrongType(what, "Save it without compression, or with ZIP, and try again")

    def found(self) -> list[memoryview]:
        """The data of each segment, as far as the file has it.

        Raises Damaged if there are too many, or if they overlap so much that they would cost far
        more time than the file's size justifies.
        """
        number = self.across * self.down * self.planes
        if number > MAX_SEGMENTS:
            raise Damaged
        starts = self.tags.numbers(Tag.TileOffsets) or self.tags.numbers(Tag.StripOffsets)
        sizes = self.tags.numbers(Tag.TileByteCounts) or self.tags.numbers(Tag.StripByteCounts)
        if self.page.compression == NONE or len(sizes) < number:
            # Some programs write wrong sizes, or none, of what needs none.
            sizes = [self.row_bytes * self.height if self.page.compression == NONE else UNKNOWN]
            sizes *= number
        places = [self.data[s : s + n] for s, n in zip(starts[:number], sizes, strict=False)]
        there = sum(map(len, places))
        if there > 2 * len(self.data) + PIECE or self.lacks(there, sum(sizes[:number])):
            raise Damaged
        return places + [self.data[:0]] * (number - len(places))

    def lacks(self, there: int, said: int) -> bool:
        """Whether so much is missing of a JPEG or a fax, which the decoder would make up."""
        made_up = self.page.compression in (JPEG, *FAX) and said < UNKNOWN
        return made_up and there < (1 - MAX_MISSING) * said

    def blocks(self) -> Iterator[Samples]:
        """The page from top to bottom, in blocks of a few rows."""
        for row in range(self.down):
            rows = min(self.height, self.page.height - row * self.height)
            streams = [self.stream(index, rows) for index in self.in_row(row)]
            for parts in zip(*streams, strict=True):
                yield self.joined(parts)

    def in_row(self, row: int) -> list[int]:
        """The segments side by side; of each plane, where they are separate."""
        return [
            (plane * self.down + row) * self.across + column
            for plane in range(self.planes)
            for column in range(self.across)
        ]

    def joined(self, parts: tuple[Samples, ...]) -> Samples:
        if len(parts) == 1:
            return parts[0][:, : self.page.width]
        n = self.across
        planes = [np.concatenate(parts[at : at + n], 1) for at in range(0, len(parts), n)]
        return np.concatenate(planes, axis=2)[:, : self.page.width]

    def stream(self, index: int, rows: int) -> Iterator[Samples]:
        """The `rows` of a segment that are in the picture, in blocks. Raises Damaged behind the
        last one that is there."""
        at_once = max(1, BAND_PIXELS // self.width)
        stored = self.decoded(self.places[index], rows, at_once)
        for top in range(0, rows, at_once):
            wanted = min(at_once, rows - top)
            raw = next(stored, b"")
            if whole := min(len(raw) // self.row_bytes, wanted):
                yield self.samples_of(raw, whole)
            if whole < wanted:
                raise Damaged

    def decoded(self, stored: memoryview, rows: int, at_once: int) -> Iterator[Any]:
        """Bytes of `at_once` rows at a time."""
        size = at_once * self.row_bytes
        if self.page.compression in (NONE, *DEFLATE):
            if self.page.reversed:
                stored = memoryview(bytes(stored).translate(MIRRORED))
            if self.page.compression in DEFLATE:
                return inflated(stored, size)
            return (stored[at : at + size] for at in range(0, rows * self.row_bytes, size))
        return self.unwrapped(stored, rows, at_once)

    def unwrapped(self, stored: memoryview, rows: int, at_once: int) -> Iterator[bytes]:
        """Decoded by libtiff, as a TIFF of its own."""
        rows = self.height if self.page.tiled else rows
        with Image.open(io.BytesIO(self.wrapped(stored, rows)), formats=["TIFF"]) as image:
            image.load()
            for top in range(0, rows, at_once):
                band = image.crop((0, top, image.width, min(top + at_once, rows)))
                yield band.tobytes()

    def wrapped(self, stored: memoryview, rows: int) -> bytes:
        """Packed samples count as bytes of grey: their meaning is found here."""
        page, order = self.page, self.tags.order
        needed: tuple[int, ...] = ()
        width, bits, samples, meaning = self.row_bytes, 8, 1, BLACK_IS_ZERO
        if page.compression in FAX:
            needed, width, bits = FOR_FAX, self.width, 1
        if page.compression == JPEG:
            needed, width, samples = FOR_JPEG, self.width, self.samples
            meaning = page.photometric if samples > 1 else BLACK_IS_ZERO
        tags: dict[int, Value] = {
            Tag.ImageWidth: long(order, width),
            Tag.ImageLength: long(order, rows),
            Tag.BitsPerSample: short(order, *[bits] * samples),
            Tag.Compression: short(order, page.compression),
            Tag.PhotometricInterpretation: short(order, meaning),
            Tag.FillOrder: short(order, REVERSED if page.reversed else 1),
            Tag.SamplesPerPixel: short(order, samples),
            Tag.RowsPerStrip: long(order, rows),
        }
        if extra := samples - CHANNELS[meaning]:
            tags[Tag.ExtraSamples] = short(order, *[0] * extra)
        copied = {tag: self.tags.value(tag, PIECE) for tag in needed}
        tags |= {tag: value for tag, value in copied.items() if value}
        return written(order, tags, stored)

    def samples_of(self, raw: Any, rows: int) -> Samples:
        """(rows, width, samples) of rows of bytes."""
        size = rows * self.row_bytes
        packed = np.frombuffer(raw, np.uint8, size).reshape(rows, self.row_bytes)
        shape = (rows, self.width, self.samples)
        bits = self.page.bits[0]
        if bits == 8:
            return self.summed(packed.reshape(shape))
        if bits == 16:
            deep = packed.view(f"{self.tags.order}u2").astype(np.uint16, copy=False)
            return self.summed(deep.reshape(shape))
        return unpacked(packed, bits)[:, : self.width * self.samples].reshape(shape)

    def summed(self, samples: Samples) -> Samples:
        """With a predictor, the values are differences from the pixel to the left."""
        if self.page.predictor != DIFFERENCES or self.page.compression not in (LZW, *DEFLATE):
            return samples
        return np.cumsum(samples, axis=1, dtype=samples.dtype)


def inflated(stored: memoryview, size: int) -> Iterator[bytes]:
    """In pieces of this size; the last may be shorter."""
    inflater, held = zlib.decompressobj(), bytearray()
    for at in range(0, len(stored), PIECE):
        compressed: Any = stored[at : at + PIECE]
        while compressed and not inflater.eof:
            held += inflater.decompress(compressed, max(1, size - len(held)))
            compressed = inflater.unconsumed_tail
            if len(held) == size:
                yield bytes(held)
                held.clear()
    # What the inflater still holds comes without further input.
    while piece := inflater.decompress(b"", max(1, size - len(held))):
        held += piece
        if len(held) == size:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def unpacked(packed: NDArray[np.uint8], bits: int) -> Samples:
    """(h, bytes) -> (h, values): `bits` each, the first in the highest."""
    single = np.unpackbits(packed, axis=1)
    if bits == 1:
        return single
    whole = single.shape[1] // bits
    values = np.zeros((len(packed), whole), np.uint8 if bits < 8 else np.uint16)
    for n in range(bits):
        values |= single[:, n : whole * bits : bits].astype(values.dtype) << (bits - 1 - n)
    return values
