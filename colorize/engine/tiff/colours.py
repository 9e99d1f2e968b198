"""The samples of a TIFF's page -> colours. Knows no Django."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import Base as Tag

from colorize.engine.lightness import DeepRgb
from colorize.engine.tiff.directory import Directory
from colorize.engine.tiff.page import CHANNELS, CMYK, PALETTE, PREMULTIPLIED, WHITE_IS_ZERO, Page
from colorize.engine.tiff.segments import Samples


class Colours:
    """`mode`: of the bands, as Pillow names it, or DeepRgb's."""

    def __init__(self, tags: Directory, page: Page) -> None:
        self.page = page
        self.bits = page.bits[0]
        self.deep = self.bits > 8
        self.table = colour_map(tags, self.bits) if page.photometric == PALETTE else None
        self.mode = self.mode_of()

    def mode_of(self) -> str:
        if self.page.photometric == CMYK:
            return "CMYK"
        if self.page.photometric == PALETTE:
            return "RGB"
        if CHANNELS[self.page.photometric] == 1:
            return "I;16" if self.deep else "L"
        return DeepRgb.mode if self.deep else "RGB"

    def band(self, samples: Samples) -> Image.Image | DeepRgb:
        """(h, w, n) -> a picture of this mode, on white where it is transparent."""
        if self.table is not None:
            return Image.fromarray(self.table[np.minimum(samples[..., 0], len(self.table) - 1)])
        colours = self.opaque(self.stretched(samples))
        if self.mode == DeepRgb.mode:
            return DeepRgb(np.ascontiguousarray(colours, np.uint16))
        if self.mode == "CMYK":
            eight = colours >> 8 if self.deep else colours
            return Image.fromarray(np.ascontiguousarray(eight, np.uint8), "CMYK")
        plain = colours if self.mode == "RGB" else colours[..., 0]
        return Image.fromarray(np.ascontiguousarray(plain))

    def stretched(self, samples: Samples) -> Samples:
        """With 8 or 16 bits; white is the highest value."""
        if self.bits not in (8, 16):
            kind = np.uint16 if self.deep else np.uint8
            most = (1 << self.bits) - 1
            whole = np.arange(1 << self.bits) * (int(np.iinfo(kind).max) / most)
            samples = np.rint(whole).astype(kind)[samples]
        return ~samples if self.page.photometric == WHITE_IS_ZERO else samples

    def opaque(self, samples: Samples) -> Samples:
        """The colours alone. Further samples, as of a selection, are left out."""
        channels = CHANNELS[self.page.photometric]
        colours = samples[..., :channels]
        if not self.page.alpha or self.mode == "CMYK":
            return colours
        most = int(np.iinfo(samples.dtype).max)
        alpha = samples[..., channels : channels + 1].astype(np.uint64)
        wide = colours.astype(np.uint64)
        if self.page.alpha != PREMULTIPLIED:
            wide = (wide * alpha + most // 2) // most
        white = np.minimum(wide + (most - alpha), most)
        return cast(Samples, white.astype(samples.dtype))


def colour_map(tags: Directory, bits: int) -> NDArray[np.uint8]:
    """(n, 3): the colours of a palette. Some programs write them with 8 bits in place of 16.

    Raises ValueError if there are too few.
    """
    values = np.array(tags.numbers(Tag.ColorMap)[: 3 << bits], np.uint16).reshape(3, 1 << bits)
    shallow = values if values.max() < 256 else values >> 8
    return shallow.astype(np.uint8).T.copy()
