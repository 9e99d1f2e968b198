"""What the tags of a TIFF's page say about its pixels. Knows no Django."""

from dataclasses import dataclass

from colorize.engine.errors import Damaged
from colorize.engine.tiff.directory import Directory

# Compression.
NONE, FAX, LZW, JPEG, DEFLATE, PACKBITS = 1, (2, 3, 4), 5, 7, (8, 32946), 32773
READ = {NONE, *FAX, LZW, JPEG, *DEFLATE, PACKBITS}
# PhotometricInterpretation, and the channels of each without extra samples.
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR = 0, 1, 2, 3, 5, 6
CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3}
# ExtraSamples: transparency that is already multiplied into the colours, or not.
PREMULTIPLIED, SEPARATE = 1, 2
# SampleFormat; 4 is “undefined”, which is used for unsigned too.
UNSIGNED, FLOAT = (1, 4), 3
MOST_BITS = 16
DIFFERENCES = 2
LARGEST_SIDE = 1 << 31


@dataclass(frozen=True)
class Page:
    """`bits`: of a sample; `samples`: of a pixel; `planar`: each sample in a plane of its own;
    `alpha`: PREMULTIPLIED, SEPARATE or 0; `block`: width and height of a strip or tile."""

    width: int
    height: int
    bits: tuple[int, ...]
    samples: int
    format: int
    compression: int
    photometric: int
    predictor: int
    planar: bool
    alpha: int
    inks: int
    reversed: bool
    tiled: bool
    block: tuple[int, int]

    @classmethod
    def of(cls, tags: Directory) -> "Page":
        """Raises Damaged if the page has no size."""
        width, height = tags.number(256, 0), tags.number(257, 0)
        if not (0 < width < LARGEST_SIDE and 0 < height < LARGEST_SIDE):
            raise Damaged
        samples = tags.number(277, 1)
        bits = tuple(tags.numbers(258, 1))
        compression = tags.number(259, NONE)
        photometric = tags.number(262, usual_photometric(samples, bits))
        tiled = 322 in tags.entries
        block = (tags.number(322, 0), tags.number(323, 0))
        strip = (width, min(height, tags.number(278, height) or height))
        return cls(
            width=width,
            height=height,
            bits=bits,
            samples=samples,
            format=tags.number(339, UNSIGNED[0]),
            compression=compression,
            photometric=photometric,
            predictor=tags.number(317, 1),
            planar=samples > 1 and tags.number(284, 1) == 2,
            alpha=transparency(tags.numbers(338), samples, CHANNELS.get(photometric, 0)),
            inks=tags.number(332, 1),
            reversed=tags.number(266, 1) == 2,
            tiled=tiled,
            block=block if tiled else strip,
        )


def usual_photometric(samples: int, bits: tuple[int, ...]) -> int:
    """What is meant where a file does not say."""
    if samples >= 3:
        return RGB
    return WHITE_IS_ZERO if bits[0] == 1 else BLACK_IS_ZERO


def transparency(extra: list[int], samples: int, channels: int) -> int:
    """Only the sample right behind the colours can be it."""
    if samples > channels and extra and extra[0] in (PREMULTIPLIED, SEPARATE):
        return extra[0]
    return 0


def refused(page: Page) -> str:
    """What of a page is not read here, in words that follow “a TIFF”; empty if nothing."""
    if page.format == FLOAT:
        return "with floating-point values"
    if page.format not in UNSIGNED:
        return "with signed values"
    if page.bits[0] > MOST_BITS:
        return f"with {page.bits[0]} bits for each colour"
    if page.compression not in READ:
        return "with an unusual compression"
    return "with an unusual kind of colours" if is_odd(page) else ""


def is_odd(page: Page) -> bool:
    """Whether its colours are of a kind that hardly anything writes."""
    bits = page.bits[0]
    return (
        page.photometric not in CHANNELS
        or len(set(page.bits)) > 1
        or (page.photometric == CMYK and page.inks != 1)
        or (page.photometric == YCBCR and page.compression != JPEG)
        or (page.compression == JPEG and bits != 8)
        or (page.compression in FAX and (bits, page.samples) != (1, 1))
        or (page.predictor != 1 and bits not in (8, 16))
    )
