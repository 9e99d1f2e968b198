"""A colour picture -> a file, by Pillow: the kinds with loss. Knows no Django."""

from typing import IO, Any

from PIL import Image

from colorize.engine.marks import Marks
from colorize.engine.metadata.exif import PREFIX
from colorize.engine.metadata.iptc import jpeg_segment
from colorize.engine.render import Coloured, picture_of

JPEG_QUALITY = 92
# Measured on 16 Kodak photos: as near to the picture as the JPEG (SSIM 0.98, 2.8 bits a pixel),
# WebP takes 2.2 bits and AVIF 1.9. AVIF's speed 8 takes 1.8 bits and four times as long.
WEBP = {"quality": 90}
AVIF = {"quality": 80, "speed": 9}
# Between before and after: a share of a picture's width, and a grey that no paper has.
GAP, GAP_COLOUR = 0.01, (128, 128, 128)


def jpeg(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    save_jpeg(picture_of(picture.rgbx), marks, file)


def webp(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    save(picture_of(picture.rgbx), "WEBP", marks, file, **WEBP)


def avif(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    save(picture_of(picture.rgbx), "AVIF", marks, file, **AVIF)


def side_by_side(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    """Left the photo as it was, right its colours, in a JPEG."""
    assert picture.original is not None  # noqa: S101
    after = picture_of(picture.rgbx).convert("RGB")
    before = picture.original.convert("RGB").resize(after.size, Image.Resampling.LANCZOS)
    gap = max(4, round(GAP * after.width))
    both = Image.new("RGB", (2 * after.width + gap, after.height), GAP_COLOUR)
    both.paste(before, (0, 0))
    both.paste(after, (after.width + gap, 0))
    save_jpeg(both, marks, file)


def save_jpeg(picture: Image.Image, marks: Marks, file: IO[bytes]) -> None:
    press = jpeg_segment(marks.iptc)
    save(picture, "JPEG", marks, file, quality=JPEG_QUALITY, extra=press)


def save(picture: Image.Image, kind: str, marks: Marks, file: IO[bytes], **settings: Any) -> None:
    """`kind`: Pillow's name for the kind of file."""
    picture.save(
        file, kind, exif=PREFIX + marks.exif, xmp=marks.xmp, icc_profile=marks.icc, **settings
    )
