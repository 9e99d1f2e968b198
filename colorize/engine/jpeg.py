"""Splits a JPEG into picture and metadata segments, and checks that the picture is complete.

The decoder gets only the picture's segments, so that broken metadata cannot spoil a good picture.
Knows no Django. Source: ITU-T T.81, annex B.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from PIL import Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

from colorize.engine.errors import MAX_MISSING, Damaged
from colorize.engine.metadata import xmp
from colorize.engine.reader import Reader

START, END, SCAN = 0xD8, 0xD9, 0xDA
TABLES = {0xC4, 0xCC, 0xDB, 0xDD}
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = {0xC2, 0xCA}
# A marker; FF 00 is a value inside a scan, FF D0 to FF D7 restart one, FF FF is padding.
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
RESTART = re.compile(rb"\xff[\xd0-\xd7]")
# Segments that tell the decoder what the colours mean: marker, first bytes, shortest length.
COLOUR = [(0xE0, b"JFIF\0", 14), (0xEE, b"Adobe", 12)]
# Metadata: Pillow's name, how it is read, and its segments (marker, first bytes, shortest length).
METADATA: list[tuple[str, Callable[[ImageFile], object], tuple[int, bytes, int]]] = [
    ("exif", lambda image: Image.Exif().load(image.info["exif"]), (0xE1, b"Exif\0\0", 6)),
    ("icc_profile", lambda image: None, (0xE2, b"ICC_PROFILE\0", 15)),
    (
        "xmp",
        lambda image: xmp.read(image.info["xmp"]),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0", 30),
    ),
    ("photoshop", IptcImagePlugin.getiptcinfo, (0xED, b"Photoshop 3.0\0", 14)),
]
# The most segments in a file, the most of one kind that are read (a profile has up to 255), and the
# most that are tried one by one if they cannot be read together.
MAX_SEGMENTS, MAX_ALIKE, MAX_ALONE = 20_000, 255, 8
# Each scan of a progressive JPEG is a pass over the whole picture. Real files have about ten;
# thousands of empty scans would keep a processor busy for hours.
MAX_SCANS = 100
# The shortest code is one bit for a block of 8x8 pixels.
MAX_PIXELS_PER_BYTE = 8 * 64
# This many zeros at the end of a scan are rare in whole files, but not in failed downloads.
FEW_ZEROS = 4
# Decoded only if the scan before it ends too early. It begins with a 1 and has no FF.
FILLER = bytes(n * 37 % 251 for n in range(4, 4096))


@dataclass(frozen=True)
class Segment:
    """`body`: without marker and length; `data`: what follows a scan's head, up to a marker."""

    marker: int
    body: bytes
    data: bytes = b""

    def written(self) -> bytes:
        length = (len(self.body) + 2).to_bytes(2, "big")
        return b"\xff" + bytes([self.marker]) + length + self.body + self.data


class Jpeg(Reader):
    """A JPEG file. Raises Damaged if it has no frame, no scan, or too many scans."""

    def __init__(self, data: bytes) -> None:
        found = list(islice(segments(data), MAX_SEGMENTS + 1))
        self.size = len(data)
        self.ended = found[-1:] == [Segment(END, b"")]
        self.parts = [segment for segment in found if of_picture(segment)]
        self.metadata = [s for s in found if any(fits(s, *kind) for _, _, kind in METADATA)]
        scans = [part for part in self.parts if part.marker == SCAN]
        frames = [part for part in self.parts if part.marker in FRAMES]
        if not scans or len(scans) > MAX_SCANS or len(frames) != 1 or len(found) > MAX_SEGMENTS:
            raise Damaged
        self.frame, self.scans = frames[0], scans
        self.last = replace(scans[-1], data=scans[-1].data.rstrip(b"\xff"))

    def open(self) -> ImageFile:
        """The picture, not yet decoded."""
        image = opened(self.written(self.last.data))
        image.info = image.info | self.said()
        return image

    def said(self) -> dict[str | tuple[int, int], Any]:
        """The metadata as Pillow reads it, without what cannot be read."""
        info: dict[str | tuple[int, int], Any] = {}
        for key, read, kind in METADATA:
            chosen = [segment for segment in self.metadata if fits(segment, *kind)]
            chosen = chosen[:MAX_ALIKE]
            for some in [chosen, *([segment] for segment in chosen[:MAX_ALONE])]:
                # Pillow raises many kinds of exception for broken metadata.
                with suppress(Exception):
                    image = opened(file([*some, self.frame, Segment(SCAN, b"")]))
                    read(image)
                    info[key] = image.info[key]
                    break
        return info

    def written(self, last: bytes) -> bytes:
        """A JPEG of the picture's segments, with `data` in the last scan."""
        parts = [replace(p, data=last) if p is self.scans[-1] else p for p in self.parts]
        return file(parts)

    def check(self) -> None:
        """Raises Damaged, before decoding, if the file would cost far more time than its size
        justifies, or if more than a small share of the picture is missing."""
        width, height = self.shape()
        if width * height > MAX_PIXELS_PER_BYTE * self.size or self.lacks_scans():
            raise Damaged
        if not self.ended or self.zeros() >= FEW_ZEROS or self.last != self.scans[-1]:
            self.check_end()

    def check_decoded(self, image: Image.Image) -> None:
        """Raises Damaged for a scan that was cut and closed: its missing part is mid-grey."""
        width, height = image.size
        corner = image.crop((max(0, width - 8), max(0, height - 8), width, height))
        if image.mode == "RGB":
            corner = corner.convert("L")
        if np.abs(np.asarray(corner, int) - 128).max() <= 2:
            self.check_end()

    def check_end(self) -> None:
        """Raises Damaged if the end is missing. Zeros at the end count as missing, unless exactly
        that many are needed, for example for the flat border of a scanned photo."""
        whole, bare = self.last.data, self.last.data[: len(self.last.data) - self.zeros()]
        if self.share_missing(bare) <= MAX_MISSING:
            self.last = replace(self.last, data=bare)
        elif bare == whole or not self.ends_with(whole):
            raise Damaged

    def ends_with(self, data: bytes) -> bool:
        """Whether the last scan needs exactly this data."""
        return self.first_change(data) is None and self.first_change(data[:-FEW_ZEROS]) is not None

    def zeros(self) -> int:
        """The number of zeros at the end of the last scan; the one in FF 00 does not count."""
        data = self.last.data
        bare = data.rstrip(b"\0")
        return max(0, len(data) - len(bare) - bare.endswith(b"\xff"))

    def lacks_scans(self) -> bool:
        """Whether some coefficient of a component never gets its last bit."""
        components = self.frame.body[6::3]
        missing = {(component, n) for component in components for n in range(64)}
        for scan in self.scans:
            count = scan.body[0]
            first, last, bits = scan.body[1 + 2 * count :][:3]
            if self.frame.marker not in PROGRESSIVE:
                first, last, bits = 0, 63, 0
            if bits & 15 == 0:
                which = scan.body[1 : 1 + 2 * count : 2]
                missing -= {(component, n) for component in which for n in range(first, last + 1)}
        return bool(missing)

    def share_missing(self, data: bytes) -> float:
        """The share of the picture that is missing if the last scan ends with `data`.

        It counts in proportion to its bytes: if other scans show the same part of the picture, the
        part is not lost.
        """
        missing = self.units_missing(data)
        size = max(1, len(data))
        lost = size * missing / (1 - missing)
        return lost / (lost + size + sum(len(scan.data) for scan in self.scans[:-1]))

    def units_missing(self, data: bytes) -> float:
        """The share of the last scan's units that are missing if it ends with `data`: all after the
        first one that changes with what follows, which is partly there."""
        across, down = self.units()
        first = self.first_change(data)
        return 0.0 if first is None else 1 - (first + 1) / (across * down)

    def first_change(self, data: bytes) -> int | None:
        """The index, row by row, of the first unit that changes with what follows `data` in the
        last scan; None if all units are there."""
        one, other = grey(self.written(data)), grey(self.written(data + filler(data)))
        width, height = self.unit()
        for row in range(self.units()[1]):
            box = (0, row * height, one.width, min((row + 1) * height, one.height))
            differs = (np.asarray(one.crop(box)) != np.asarray(other.crop(box))).any(axis=0)
            if differs.any():
                return row * self.units()[0] + int(differs.argmax()) // width
        return None

    def units(self) -> tuple[int, int]:
        """The number of units in a row, and of rows."""
        (width, height), (across, down) = self.shape(), self.unit()
        return -(-width // across), -(-height // down)

    def shape(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = (int.from_bytes(self.frame.body[n : n + 2], "big") for n in (1, 3))
        return width, height

    def unit(self) -> tuple[int, int]:
        """Width and height in pixels of a unit, which the last scan codes at once."""
        if self.last.body[0] == 1:
            return 8, 8
        sampling = self.frame.body[7::3]
        return 8 * max(one >> 4 for one in sampling), 8 * max(one & 15 for one in sampling)


def segments(data: bytes) -> Iterator[Segment]:
    """The segments up to the end marker or the end of the file."""
    at = 2
    while found := MARKER.search(data, at):
        marker, at = data[found.end() - 1], found.end()
        if marker == END:
            yield Segment(END, b"")
            return
        if marker == START:
            continue
        begin, at = at + 2, at + max(2, int.from_bytes(data[at : at + 2], "big"))
        end = at
        if marker == SCAN:
            after = MARKER.search(data, at)
            end = after.start() if after else len(data)
        yield Segment(marker, data[begin:at], data[at:end])
        at = end


def of_picture(segment: Segment) -> bool:
    return segment.marker in {SCAN, *TABLES, *FRAMES} or any(fits(segment, *c) for c in COLOUR)


def fits(segment: Segment, marker: int, head: bytes, shortest: int) -> bool:
    long_enough = len(segment.body) >= shortest
    return segment.marker == marker and segment.body.startswith(head) and long_enough


def file(parts: list[Segment]) -> bytes:
    return b"\xff\xd8" + b"".join(part.written() for part in parts) + b"\xff\xd9"


def opened(data: bytes) -> ImageFile:
    return Image.open(io.BytesIO(data), formats=["JPEG"])


def grey(data: bytes) -> Image.Image:
    """Decode in grey if the colours can be left out."""
    image = opened(data)
    image.draft("L", image.size)
    image.load()
    return image if image.mode == "L" else image.convert("L")


def filler(data: bytes) -> bytes:
    """Data to decode if a scan ends too early; with a restart marker if the scan has restarts."""
    restarts = RESTART.findall(data)
    number = (restarts[-1][1] + 1) % 8 if restarts else 0
    return FILLER + bytes([0xFF, 0xD0 + number]) + FILLER
