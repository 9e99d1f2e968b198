"""The one table of the kinds of file that a result comes as. Knows no Django.

Forms, the endpoint, the API and its schema, the command and pages derive from it. Versions in the
gallery are always stored as JPEG; other kinds are made again when they are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from colorize.engine import encoders, exact_encoders, formats
from colorize.engine.formats import Kind
from colorize.engine.limits import MAX_SIDE
from colorize.engine.marks import Marks
from colorize.engine.render import Coloured

# Results up to this size, in bytes, stay in memory; larger ones go to a temporary file without a
# name.
IN_MEMORY = 16_000_000
# The longest side of kinds for the web, in pixels. It bounds what AVIF takes: 28 bytes a pixel.
WEB_SIDE = 2560
# The longest side of what pages draw upon while colours are changed, in pixels.
VIEW_SIDE = 1200

Encoder = Callable[[Coloured, Marks, IO[bytes]], None]


@dataclass(frozen=True)
class Output:
    """`key`: for programs; `name` and `help`: for people; `kind`: of the file; `depth`: bits for
    each of red, green and blue; `longest`: side of the picture in pixels, larger ones are made
    smaller; `with_original`: the encoder needs `Coloured.original`; `what`: it shows, in the file's
    name."""

    key: str
    name: str
    help: str
    kind: Kind
    encode: Encoder
    depth: int = 8
    longest: int = MAX_SIDE
    with_original: bool = False
    what: str = "colorized"

    @property
    def mime(self) -> str:
        return self.kind.mime

    @property
    def suffix(self) -> str:
        """Of the file's name, behind the photo's."""
        return f"-{self.what}{self.kind.ending}"


def encode(picture: Coloured, output: Output, marks: Marks) -> IO[bytes]:
    """The picture as a file of that kind, at its start. The picture cannot be used again.

    Raises OSError if the disk is full.
    """
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    output.encode(picture, marks, file)
    file.seek(0)
    return file


JPEG = Output("jpeg", "JPEG", "Opens everywhere.", formats.JPEG, encode=encoders.jpeg)
OUTPUTS = {
    each.key: each
    for each in (
        JPEG,
        Output(
            "png",
            "PNG",
            "Without loss: the lightness of the photo is kept as exactly as 8 bits can.",
            formats.PNG,
            encode=partial(exact_encoders.png, 8),
        ),
        Output(
            "png16",
            "PNG, 16 bits",
            "Without loss, for scans with 16 bits: all 65,536 greys come back. Large.",
            formats.PNG,
            encode=partial(exact_encoders.png, 16),
            depth=16,
        ),
        Output(
            "tiff",
            "TIFF",
            "Without loss, for archives and print: like PNG.",
            formats.TIFF,
            encode=partial(exact_encoders.tiff, 8),
        ),
        Output(
            "tiff16",
            "TIFF, 16 bits",
            "Without loss, for archives, from scans with 16 bits. Large.",
            formats.TIFF,
            encode=partial(exact_encoders.tiff, 16),
            depth=16,
        ),
        Output(
            "webp",
            "WebP",
            f"For web pages: small, at most {WEB_SIDE:,} pixels a side.",
            formats.WEBP,
            encode=encoders.webp,
            longest=WEB_SIDE,
        ),
        Output(
            "avif",
            "AVIF",
            f"For web pages: smallest, at most {WEB_SIDE:,} pixels a side.",
            formats.AVIF,
            encode=encoders.avif,
            longest=WEB_SIDE,
        ),
        Output(
            "side-by-side",
            "Before and after",
            f"The photo and its colours in one JPEG, each at most {WEB_SIDE:,} pixels a side.",
            formats.JPEG,
            encode=encoders.side_by_side,
            longest=WEB_SIDE,
            with_original=True,
            what="before-after",
        ),
    )
}
# For pages only: the picture, and its lightness without loss, which colours are given to there.
VIEW = replace(JPEG, longest=VIEW_SIDE)
LIGHT = replace(OUTPUTS["png"], name="Lightness", encode=exact_encoders.light, longest=VIEW_SIDE)
