"""The one table of the kinds of file that a result comes as. Knows no Django.

Forms, the endpoint, the API and its schema, the command and pages derive from it. Versions in the
gallery are always stored as JPEG; other kinds are made again when they are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from PIL import Image

from colorize.engine.formats import JPEG as JPEG_FORMAT
from colorize.engine.marks import Marks
from colorize.engine.metadata.exif import PREFIX
from colorize.engine.metadata.iptc import jpeg_segment
from colorize.engine.render import Coloured, picture_of

# Results up to this size, in bytes, stay in memory; larger ones go to a temporary file without a
# name.
IN_MEMORY = 32_000_000
JPEG_QUALITY = 92

Encoder = Callable[[Coloured, Marks, IO[bytes]], None]


@dataclass(frozen=True)
class Output:
    """`key`: for programs; `name` and `help`: for people; `suffix`: of the file's name, behind the
    photo's; `depth`: bits for each of red, green and blue."""

    key: str
    name: str
    help: str
    suffix: str
    mime: str
    depth: int
    encode: Encoder


def encode(picture: Coloured, output: Output, marks: Marks) -> IO[bytes]:
    """The picture as a file of that kind, at its start. The picture cannot be used again.

    Raises OSError if the disk is full.
    """
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    output.encode(picture, marks, file)
    file.seek(0)
    return file


def jpeg(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    press = jpeg_segment(marks.iptc)
    save(picture_of(picture.rgbx), "JPEG", marks, file, quality=JPEG_QUALITY, extra=press)


def save(picture: Image.Image, kind: str, marks: Marks, file: IO[bytes], **settings: Any) -> None:
    """With Pillow, whose name for the kind of file is `kind`."""
    picture.save(
        file, kind, exif=PREFIX + marks.exif, xmp=marks.xmp, icc_profile=marks.icc, **settings
    )


JPEG = Output(
    key="jpeg",
    name="JPEG",
    help="Small, opens everywhere.",
    suffix=f"-colorized{JPEG_FORMAT.ending}",
    mime=JPEG_FORMAT.mime,
    depth=8,
    encode=jpeg,
)
OUTPUTS = {each.key: each for each in (JPEG,)}
