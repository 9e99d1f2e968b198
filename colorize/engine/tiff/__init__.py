"""Reads a TIFF in bands of rows, so that even a large one of 16 bits is never in memory whole.
Knows no Django. Source: TIFF 6.0.

Strips and tiles are decoded one by one. libtiff, in Pillow, gets each as a small TIFF of its own,
so that it meets none of the file's other tags.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import numpy as np
from PIL.ExifTags import Base as Tag
from PIL.TiffImagePlugin import TiffImageFile

from colorize.engine.errors import MAX_MISSING, WrongType
from colorize.engine.formats import RAW, wrong
from colorize.engine.reader import Reader
from colorize.engine.tiff.colours import Colours
from colorize.engine.tiff.directory import Directory, Value, directories, long, short, written
from colorize.engine.tiff.page import BLACK_IS_ZERO, NONE, Page, refused
from colorize.engine.tiff.segments import Samples, Segments

# More pages are not counted.
MAX_PAGES = 10_000
# NewSubfileType: a smaller copy, or a mask.
NOT_A_PAGE = 1 | 4
# Photometric interpretations of a camera's sensor.
SENSOR = (32803, 34892)
# What is handed on, and the directories of EXIF and GPS.
METADATA = (
    Tag.DocumentName,
    Tag.ImageDescription,
    Tag.Make,
    Tag.Model,
    Tag.Orientation,
    Tag.Software,
    Tag.DateTime,
    Tag.Artist,
    Tag.XMLPacket,
    Tag.Copyright,
    Tag.IPTCNAA,
    Tag.ImageResources,
    Tag.InterColorProfile,
)
BELOW = (Tag.ExifOffset, Tag.GPSInfo)
MAX_VALUE, MAX_TAGS = 8_000_000, 200
# The most bytes of all of it, to which a small file may point again and again.
MAX_METADATA = 16_000_000
# The most bytes of pixels: only one with many channels has more, within the usual limits.
MAX_PIXEL_BYTES = 1 << 31


class Tiff(Reader):
    """A TIFF file, at its first page."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.places = list(places_of_pages(data))
        self.pages = len(self.places)
        self.choose(1)

    def choose(self, page: int) -> None:
        self.directory = Directory(self.data, self.places[page - 1])
        if is_raw(self.directory):
            raise wrong(RAW)
        self.page = Page.of(self.directory)

    def check(self) -> None:
        """Raises WrongType for one with very many channels, each of which would be decoded."""
        page = self.page
        if page.width * page.height * page.samples * page.bits[0] > 8 * MAX_PIXEL_BYTES:
            what = f"a TIFF with {page.samples} channels, too many for its size"
            raise WrongType(what, "Save a copy with its colours alone and try again")

    def open(self) -> "TiffBands":
        """Raises WrongType for what is not read here."""
        if problem := refused(self.page):
            advice = "Save a copy as JPEG, or as TIFF with 8 or 16 bits, and try again"
            raise WrongType(f"a TIFF {problem}", advice)
        return TiffBands(self.data, self.directory, self.page)


class TiffBands(TiffImageFile):
    """A page that is decoded while it is cropped. To Pillow it is a TIFF of one pixel with the
    page's metadata, and with its size."""

    def __init__(self, data: bytes, directory: Directory, page: Page) -> None:
        self.page, self.colours = page, Colours(directory, page)
        self.segments = Segments(data, directory, page)
        self.description = described(directory)
        self.restart()
        super().__init__(io.BytesIO(self.description))

    def _open(self) -> None:
        super()._open()
        self.tile = []
        self._size = (self.page.width, self.page.height)
        self._mode = self.colours.mode
        self.info["exif"] = self.description

    def load(self) -> Any:
        """Does nothing: `crop` decodes."""

    def restart(self) -> None:
        self.at, self.held, self.blocks = 0, cast(list[Samples], []), self.sound_blocks()

    def crop(self, box: Any = None) -> Any:
        """A band of whole rows, in the mode of `Colours`. Fast only from top to bottom."""
        _, top, _, bottom = box
        if top < self.at:
            self.restart()
        self.take(top - self.at)
        return self.colours.band(np.concatenate(self.take(bottom - top)))

    def take(self, rows: int) -> list[Samples]:
        """The next rows, in parts."""
        taken = []
        while rows:
            block = self.held.pop() if self.held else next(self.blocks)
            part, rest = block[:rows], block[rows:]
            taken.append(part)
            rows -= len(part)
            self.at += len(part)
            if len(rest):
                self.held.append(rest)
        return taken

    def sound_blocks(self) -> Iterator[Samples]:
        """A small missing share at the end is filled with 0. Raises any error for a larger one."""
        left = self.page.height
        try:
            for block in self.segments.blocks():
                left -= len(block)
                yield block
        except Exception:
            if left > MAX_MISSING * self.page.height:
                raise
            kind = np.uint16 if self.colours.deep else np.uint8
            yield np.zeros((left, self.page.width, self.page.samples), kind)


def places_of_pages(data: bytes) -> Iterator[int]:
    """Where the pages' directories are. Raises struct.error if the first is broken."""
    found = directories(data, MAX_PAGES)
    first = next(found)
    yield first.at
    # What can be read of the others counts.
    with suppress(struct.error):
        for directory in found:
            if not directory.number(Tag.NewSubfileType, 0) & NOT_A_PAGE:
                yield directory.at


def is_raw(directory: Directory) -> bool:
    """Whether the page, or a picture that it keeps below it, is what a camera's sensor saw."""
    if Tag.DNGVersion in directory.entries:
        return True
    found = [directory]
    for place in directory.numbers(Tag.SubIFDs)[:10]:
        with suppress(struct.error):
            found.append(Directory(directory.data, place))
    return any(one.number(Tag.PhotometricInterpretation, 0) in SENSOR for one in found)


def described(directory: Directory) -> bytes:
    """A TIFF of one pixel with the page's metadata, as far as it can be read."""
    order = directory.order
    tags: dict[int, Value] = {
        Tag.ImageWidth: long(order, 1),
        Tag.ImageLength: long(order, 1),
        Tag.RowsPerStrip: long(order, 1),
        Tag.BitsPerSample: short(order, 8),
        Tag.Compression: short(order, NONE),
        Tag.PhotometricInterpretation: short(order, BLACK_IS_ZERO),
    }
    tags |= values(directory, METADATA)
    below: dict[int, dict[int, Value]] = {}
    for tag in BELOW:
        with suppress(struct.error):
            if place := directory.number(tag, 0):
                inner = Directory(directory.data, place)
                below[tag] = values(inner, list(inner.entries)[:MAX_TAGS], 1 << 16)
    return written(order, tags, b"\0", below)


def values(directory: Directory, tags: Any, most: int = MAX_VALUE) -> dict[int, Value]:
    """Of these tags, those with up to `most` bytes, and with MAX_METADATA in all."""
    found, left = {}, MAX_METADATA
    for tag in tags:
        if value := directory.value(tag, min(most, left)):
            found[tag] = value
            left -= len(value[2])
    return found
