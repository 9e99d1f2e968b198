"""A JPEG's segments: those of the picture, those of metadata, and whether the picture is all there.

The decoder gets a JPEG of the picture's segments alone, so that no broken metadata costs a good
picture. Knows no Django. Source: ITU-T T.81, annex B.
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

START, END, SCAN = 0xD8, 0xD9, 0xDA
TABLES = {0xC4, 0xCC, 0xDB, 0xDD}
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = {0xC2, 0xCA}
# A marker; FF 00 is a value inside a scan, FF D0 to FF D7 restart one, FF FF is padding.
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
RESTART = re.compile(rb"\xff[\xd0-\xd7]")
# What the decoder takes the meaning of the colours from: marker, first bytes, shortest length.
COLOUR = [(0xE0, b"JFIF\0", 14), (0xEE, b"Adobe", 12)]
# Where Pillow puts it, how it is read, and its segments: marker, first bytes, shortest length.
METADATA: list[tuple[str, Callable[[ImageFile], object], tuple[int, bytes, int]]] = [
    ("exif", lambda image: Image.Exif().load(image.info["exif"]), (0xE1, b"Exif\0\0", 6)),
    ("icc_profile", lambda image: None, (0xE2, b"ICC_PROFILE\0", 15)),
    ("photoshop", IptcImagePlugin.getiptcinfo, (0xED, b"Photoshop 3.0\0", 14)),
]
# How many segments there may be in all, how many of a kind are read (a profile has up to 255), and
# how many of a kind are tried alone where all together cannot be read.
MAX_SEGMENTS, MAX_ALIKE, MAX_ALONE = 20_000, 255, 8
# Each scan of a progressive JPEG is a pass over the whole picture. Real ones have about ten; a file
# of many thousand empty ones would keep a processor busy for hours.
MAX_SCANS = 100
# The shortest code is one bit for a block of 8x8 pixels.
MAX_PIXELS_PER_BYTE = 8 * 64
# So many zeros at a scan's end are rare where it is whole; a disk or a download leaves them.
FEW_ZEROS = 4
# Decoded only where the scan before it ends too early. It begins with a 1 and has no FF.
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


class Jpeg:
    """A JPEG file. Raises Damaged where it has no frame or no scan, or too many scans."""

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
        """What the metadata says, in Pillow's words; what cannot be read is left aside."""
        info: dict[str | tuple[int, int], Any] = {}
        for key, read, kind in METADATA:
            chosen = [segment for segment in self.metadata if fits(segment, *kind)]
            chosen = chosen[:MAX_ALIKE]
            for some in [chosen, *([segment] for segment in chosen[:MAX_ALONE])]:
                # Pillow raises many exceptions on what it does not understand.
                with suppress(Exception):
                    image = opened(file([*some, self.frame, Segment(SCAN, b"")]))
                    read(image)
                    info[key] = image.info[key]
                    break
        return info

    def written(self, last: bytes) -> bytes:
        """A JPEG of the picture's segments, with other data in the last scan."""
        parts = [replace(p, data=last) if p is self.scans[-1] else p for p in self.parts]
        return file(parts)

    def check(self) -> None:
        """Raises Damaged before anything is decoded where the file costs far more than its bytes
        could be worth, and where more than a small share of the picture is missing."""
        width, height = self.shape()
        if width * height > MAX_PIXELS_PER_BYTE * self.size or self.lacks_scans():
            raise Damaged
        if not self.ended or self.zeros() >= FEW_ZEROS or self.last != self.scans[-1]:
            self.check_end()

    def check_decoded(self, image: Image.Image) -> None:
        """Raises Damaged for a scan that was cut and ended: what is missing comes out mid-grey."""
        width, height = image.size
        corner = image.crop((max(0, width - 8), max(0, height - 8), width, height))
        if image.mode == "RGB":
            corner = corner.convert("L")
        if np.abs(np.asarray(corner, int) - 128).max() <= 2:
            self.check_end()

    def check_end(self) -> None:
        """Raises Damaged. Zeros at the end count as missing, unless exactly so many are needed, as
        for the flat border of a scan."""
        whole, bare = self.last.data, self.last.data[: len(self.last.data) - self.zeros()]
        if self.share_missing(bare) <= MAX_MISSING:
            self.last = replace(self.last, data=bare)
        elif bare == whole or not self.ends_with(whole):
            raise Damaged

    def ends_with(self, data: bytes) -> bool:
        """Whether the last scan needs all of these data, and no more."""
        return self.first_change(data) is None and self.first_change(data[:-FEW_ZEROS]) is not None

    def zeros(self) -> int:
        """How many zeros the last scan ends in; the one of FF 00 is a part of its value."""
        data = self.last.data
        bare = data.rstrip(b"\0")
        return max(0, len(data) - len(bare) - bare.endswith(b"\xff"))

    def lacks_scans(self) -> bool:
        """Whether some coefficient of a component is never brought to its last bit."""
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

        What is missing there counts as much as its bytes would: where other scans show the same
        part of the picture, it is not lost.
        """
        missing = self.units_missing(data)
        size = max(1, len(data))
        lost = size * missing / (1 - missing)
        return lost / (lost + size + sum(len(scan.data) for scan in self.scans[:-1]))

    def units_missing(self, data: bytes) -> float:
        """The share of the last scan's units that are missing if it ends with `data`: all behind
        the first that changes with what follows. That one is there in part."""
        across, down = self.units()
        first = self.first_change(data)
        return 0.0 if first is None else 1 - (first + 1) / (across * down)

    def first_change(self, data: bytes) -> int | None:
        """The number of the first unit, in rows, that changes with what follows the last scan if
        it ends with `data`; None where all are there."""
        one, other = grey(self.written(data)), grey(self.written(data + filler(data)))
        width, height = self.unit()
        for row in range(self.units()[1]):
            box = (0, row * height, one.width, min((row + 1) * height, one.height))
            differs = (np.asarray(one.crop(box)) != np.asarray(other.crop(box))).any(axis=0)
            if differs.any():
                return row * self.units()[0] + int(differs.argmax()) // width
        return None

    def units(self) -> tuple[int, int]:
        """How many units are side by side, and how many below each other."""
        (width, height), (across, down) = self.shape(), self.unit()
        return -(-width // across), -(-height // down)

    def shape(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = (int.from_bytes(self.frame.body[n : n + 2], "big") for n in (1, 3))
        return width, height

    def unit(self) -> tuple[int, int]:
        """Width and height in pixels of what the last scan codes at once."""
        if self.last.body[0] == 1:
            return 8, 8
        sampling = self.frame.body[7::3]
        return 8 * max(one >> 4 for one in sampling), 8 * max(one & 15 for one in sampling)


def segments(data: bytes) -> Iterator[Segment]:
    """The segments up to the end marker or to the end of the file."""
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
    """Decoded without its colours, where it has any that can be left out."""
    image = opened(data)
    image.draft("L", image.size)
    image.load()
    return image if image.mode == "L" else image.convert("L")


def filler(data: bytes) -> bytes:
    """What is decoded if a scan's data are not enough; where it is restarted, after a restart."""
    restarts = RESTART.findall(data)
    number = (restarts[-1][1] + 1) % 8 if restarts else 0
    return FILLER + bytes([0xFF, 0xD0 + number]) + FILLER
