"""What the tags of a TIFF's page say about its pixels. Knows no Django."""

from dataclasses import dataclass

from PIL.ExifTags import Base as Tag

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
# FillOrder: the first pixel is in the lowest bit.
REVERSED = 2
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
        width, height = tags.number(Tag.ImageWidth, 0), tags.number(Tag.ImageLength, 0)
        if not (0 < width < LARGEST_SIDE and 0 < height < LARGEST_SIDE):
            raise Damaged
        samples = tags.number(Tag.SamplesPerPixel, 1)
        bits = tuple(tags.numbers(Tag.BitsPerSample, 1))
        usual = usual_photometric(samples, bits)
        photometric = tags.number(Tag.PhotometricInterpretation, usual)
        extra = tags.numbers(Tag.ExtraSamples)
        tiled = Tag.TileWidth in tags.entries
        tile = (tags.number(Tag.TileWidth, 0), tags.number(Tag.TileLength, 0))
        strip = (width, min(height, tags.number(Tag.RowsPerStrip, height) or height))
        return cls(
            width=width,
            height=height,
            bits=bits,
            samples=samples,
            format=tags.number(Tag.SampleFormat, UNSIGNED[0]),
            compression=tags.number(Tag.Compression, NONE),
            photometric=photometric,
            predictor=tags.number(Tag.Predictor, 1),
            planar=samples > 1 and tags.number(Tag.PlanarConfiguration, 1) == 2,
            alpha=transparency(extra, samples, CHANNELS.get(photometric, 0)),
            inks=tags.number(Tag.InkSet, 1),
            reversed=tags.number(Tag.FillOrder, 1) == REVERSED,
            tiled=tiled,
            block=tile if tiled else strip,
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
