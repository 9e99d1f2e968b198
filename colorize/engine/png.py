"""Splits a PNG into pixels, inflated once and within limits, and metadata.

The decoder gets a PNG with only the pixels, so that a broken text, profile or animation cannot
spoil a good picture. Knows no Django. Source: https://www.w3.org/TR/png-3/
"""

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, cast

from isal import isal_zlib
from isal.igzip_lib import IsalError
from PIL import Image, PngImagePlugin
from PIL.ImageFile import ImageFile

from colorize.engine.errors import MAX_MISSING, Damaged
from colorize.engine.metadata import PNG_TEXTS
from colorize.engine.reader import Reader

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PICTURE = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# Channels by colour type.
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: first column and row of each pass, and the steps between columns and rows.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
PASSES += [(0, 1, 1, 2)]
# Valid lengths of tRNS, by colour type.
TRANSPARENCY = {0: range(2, 3), 2: range(6, 7), 3: range(1, 257)}
# Chunks that browsers read only before the pixels, with their valid length (None if it varies).
EARLY = {b"iCCP": None, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"eXIf": None}
XMP = b"XML:com.adobe.xmp"
TEXT = (b"tEXt", b"zTXt", b"iTXt")
# The texts that metadata are read from; others are not even inflated.
KEYWORDS = {*(key.encode() for key in PNG_TEXTS.values()), b"Raw profile type exif", XMP}
# The most chunks of one kind that are read, and the most chunks in a file (mostly pixels).
MAX_ALIKE = 20
MAX_CHUNKS = 100_000
MAX_PROFILE = 8_000_000
# At most 65,535, the size of a stored block.
PIECE = 1 << 15
# Extra bytes allowed after the last row: some programs write them, and viewers ignore them.
MAX_EXCESS = 1 << 16
# In deflate, a code of two bits gives at most 258 bytes.
MAX_RATIO = 1032
# The type stubs declare it as an instance instead of a class.
INFLATING_FAILED = cast(type[Exception], IsalError)


@dataclass(frozen=True)
class Chunk:
    """`whole`: the file does not end inside it; `sound`: its checksum is right as well."""

    kind: bytes
    body: memoryview
    whole: bool
    sound: bool


class Png(Reader):
    """A PNG file. Raises Damaged if it has no header or no pixels to decode."""

    def __init__(self, data: bytes) -> None:
        found = list(islice(chunks(data), MAX_CHUNKS + 1))
        if not first(found, b"IEND"):
            # Garbage in place of the rest counts as missing.
            found = list(islice(chunks(data.rstrip(b"\0\xff")), MAX_CHUNKS + 1))
        self.header = header(found)
        self.palette = first(found, b"PLTE")
        self.transparency = first(before_pixels(found), b"tRNS")
        self.pixels = [chunk for chunk in found if chunk.kind == b"IDAT"]
        self.metadata = list(metadata(found))
        if not self.pixels or len(found) > MAX_CHUNKS:
            raise Damaged

    def open(self) -> ImageFile:
        """The picture, not yet decoded. Decoding raises Damaged if rows are missing, or if there is
        far more data than the header allows."""
        image = Image.open(cast(io.BytesIO, Stream(self.restored())), formats=["PNG"])
        image.info = said(self.metadata) | image.info
        return image

    def restored(self) -> Iterator[bytes]:
        """An uncompressed PNG with only the pixels, in chunks."""
        yield SIGNATURE + written(b"IHDR", bytes(self.header))
        yield from self.colours()
        checksum = 1
        yield written(b"IDAT", b"\x78\x01")
        for piece in self.rows():
            checksum = isal_zlib.adler32(piece, checksum)
            size = len(piece)
            block = b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
            yield written(b"IDAT", block + piece)
        yield written(b"IDAT", b"\1\0\0\xff\xff" + checksum.to_bytes(4, "big"))
        yield written(b"IEND", b"")

    def colours(self) -> Iterator[bytes]:
        kind = self.header[9]
        if kind == 3 and self.palette and self.palette.sound:
            yield written(b"PLTE", bytes(self.palette.body))
        clear = self.transparency
        if clear and clear.sound and len(clear.body) in TRANSPARENCY.get(kind, ()):
            yield written(b"tRNS", clear_value(bytes(clear.body), kind, self.header[8]))

    def rows(self) -> Iterator[bytes]:
        """Exactly the bytes that the header asks for; a small missing share is filled with 0."""
        left = size = expected_size(self.header)
        fewest = size * (1 - MAX_MISSING)
        if fewest > MAX_RATIO * sum(len(chunk.body) for chunk in self.pixels):
            raise Damaged
        last, excess = b"", 0
        for piece in self.inflated():
            if left:
                yield last
                last = piece[:left]
                left -= len(last)
            elif (excess := excess + len(piece)) > MAX_EXCESS:
                raise Damaged
        if size - left < fewest:
            raise Damaged
        # Checked here: the decoder needs the last piece for the last row, so nothing is missed.
        yield last
        yield from (bytes(min(PIECE, left - at)) for at in range(0, left, PIECE))

    def inflated(self) -> Iterator[bytes]:
        """The pixels' bytes, PIECE at most at a time, as far as they can be inflated.

        Raises Damaged where a chunk's checksum is wrong and the pixels' own does not speak for it.
        """
        stream = b"".join(chunk.body for chunk in self.pixels)
        inflater = isal_zlib.decompressobj(-zlib.MAX_WBITS)
        # In small steps: what was inflated in a step that fails is lost.
        step = max(1, min(PIECE, len(stream) // 512))
        checksum = 1
        with suppress(INFLATING_FAILED):
            for at in range(2, len(stream), step):
                for piece in drained(inflater, stream[at : at + step]):
                    checksum = isal_zlib.adler32(piece, checksum)
                    yield piece
                if inflater.eof:
                    break
        left = inflater.unused_data + stream[at + step :] if inflater.eof else b""
        altered = any(chunk.whole and not chunk.sound for chunk in self.pixels)
        if altered and left[:4] != checksum.to_bytes(4, "big"):
            raise Damaged


def drained(inflater: Any, compressed: bytes) -> Iterator[bytes]:
    piece = inflater.decompress(compressed, PIECE)
    while piece:
        yield piece
        piece = inflater.decompress(inflater.unconsumed_tail, PIECE)


def clear_value(body: bytes, kind: int, depth: int) -> bytes:
    """tRNS adapted to the decoder's values: it converts fewer bits, and 16-bit colours, to 8 bits,
    but not tRNS."""
    if kind == 0 and depth in (2, 4):
        most = (1 << depth) - 1
        return bytes([0, (body[1] & most) * 255 // most])
    if kind == 2 and depth == 16:
        return bytes([0, body[0], 0, body[2], 0, body[4]])
    return body


class Stream:
    """A file that is generated while it is read. Pillow reads in order, and returns to the start
    only after the first bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.ahead = bytearray()
        self.start = self.at = 0

    def read(self, size: int) -> bytes:
        while len(self.ahead) < self.at - self.start + size and (piece := next(self.pieces, b"")):
            self.ahead += piece
        begin = self.at - self.start
        taken = bytes(self.ahead[begin : begin + size])
        self.at += len(taken)
        if self.at > PIECE:
            del self.ahead[: self.at - self.start]
            self.start = self.at
        return taken

    def tell(self) -> int:
        return self.at

    def seek(self, at: int) -> None:
        self.at = at


def written(kind: bytes, body: bytes) -> bytes:
    checksum = isal_zlib.crc32(body, isal_zlib.crc32(kind))
    return len(body).to_bytes(4, "big") + kind + body + checksum.to_bytes(4, "big")


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks up to IEND or the end of the file."""
    view = memoryview(data)
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        kind = data[at + 4 : at + 8]
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        checksum = isal_zlib.crc32(view[at + 4 : end]).to_bytes(4, "big")
        sound = checksum == data[end : end + 4]
        yield Chunk(kind, view[at + 8 : end], whole=end + 4 <= len(data), sound=sound)
        if kind == b"IEND":
            return
        at = end + 4 if sound or kind == b"IDAT" else after_unsound(data, at, end + 4)


def after_unsound(data: bytes, at: int, end: int) -> int:
    """The start of the chunk after a broken one, whose length may be wrong too."""
    if data[end + 4 : end + 8].isalpha():
        return end
    places = (data.find(kind, at + 8) - 4 for kind in PICTURE)
    return min((place for place in places if place > at), default=len(data))


def header(found: list[Chunk]) -> memoryview:
    """IHDR's 13 bytes: width and height (four each), depth, colour type, three methods."""
    good = found and found[0].kind == b"IHDR" and found[0].sound and len(found[0].body) == 13
    if not good or found[0].body[9] not in CHANNELS:
        raise Damaged
    return found[0].body


def first(found: list[Chunk], kind: bytes) -> Chunk | None:
    return next((chunk for chunk in found if chunk.kind == kind), None)


def expected_size(header: memoryview) -> int:
    """The size of all rows in bytes; each row is a filter byte and its packed pixels."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * CHANNELS[header[9]]
    total = 0
    for left, top, across, down in PASSES if header[12] else [(0, 0, 1, 1)]:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def before_pixels(found: list[Chunk]) -> list[Chunk]:
    return list(takewhile(lambda chunk: chunk.kind != b"IDAT", found))


def metadata(found: list[Chunk]) -> Iterator[Chunk]:
    """The valid chunks that are used here."""
    before, alike = True, Counter[bytes]()
    for chunk in found:
        before = before and chunk.kind != b"IDAT"
        alike[chunk.kind] += 1
        if chunk.sound and alike[chunk.kind] <= MAX_ALIKE and is_asked_for(chunk, before):
            yield chunk


def is_asked_for(chunk: Chunk, before: bool) -> bool:
    if chunk.kind in TEXT:
        return keyword(chunk) in KEYWORDS
    return before and chunk.kind in EARLY and EARLY[chunk.kind] in (None, len(chunk.body))


def keyword(chunk: Chunk) -> bytes:
    return bytes(chunk.body[:80]).partition(b"\0")[0]


def said(metadata: list[Chunk]) -> dict[str | tuple[int, int], Any]:
    """The metadata as Pillow reads it. Of several of a kind, the first one counts."""
    stream = PngImagePlugin.PngStream(io.BytesIO())
    for chunk in reversed(metadata):
        # Pillow raises many kinds of exception for broken metadata.
        with suppress(Exception):
            stream.fp = io.BytesIO(chunk.body)
            if chunk.kind == b"eXIf":
                Image.Exif().load(bytes(chunk.body))
            if chunk.kind == b"iCCP":
                stream.im_info["icc_profile"] = profile(chunk)
            else:
                stream.call(chunk.kind, 0, len(chunk.body))
    return stream.im_info


def profile(chunk: Chunk) -> bytes:
    """Pillow refuses profiles over 1 MB. Raises zlib.error, or ValueError if it is cut."""
    compressed = bytes(chunk.body).partition(b"\0")[2][1:]
    inflater = zlib.decompressobj()
    profile = inflater.decompress(compressed, MAX_PROFILE)
    if not inflater.eof:
        raise ValueError("cut or too long")
    return profile
