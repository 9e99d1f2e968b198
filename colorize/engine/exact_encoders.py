"""A colour picture -> a file without loss, in which L is that of the photo. Knows no Django.

PNG and TIFF are written band by band. Pillow has no colours of 16 bits, and what else writes them
needs the whole picture in memory, or knows no EXIF; what is complicated, libraries do: isal the
compression, Pillow the EXIF.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.TiffTags import BYTE, LONG, SHORT, UNDEFINED

from colorize.engine.exact import rgb8, rgb16
from colorize.engine.marks import Marks
from colorize.engine.orientation import ENTRY_SIZE, ORDERS
from colorize.engine.planes import Pixels, Plane, bands
from colorize.engine.png import SIGNATURE, XMP, written
from colorize.engine.render import Coloured, in_bands, recombine

RGB_OF: dict[int, Callable[[Plane, Plane], NDArray[Any]]] = {8: rgb8, 16: rgb16}
# isal's. Higher ones make 16-bit pictures no smaller; zlib takes ten times as long.
LEVEL = 1
# Each value is stored as the difference from its neighbour on the left, in PNG and in TIFF.
SUB, HORIZONTAL = 1, 2

PNG_RGB = 2

TIFF_RGB, DEFLATE, CHUNKY = 2, 8, 1
# TIFF's types as `struct` writes them, and where a file says where its directory is.
FORMATS = {BYTE: "B", SHORT: "H", LONG: "I", UNDEFINED: "B"}
DIRECTORY_AT = 4


def exact_bands(picture: Coloured, depth: int) -> Iterator[NDArray[Any]]:
    """(rows, w, 3) uint8 or uint16 for each band of rows, from the top."""
    for _, L, ab in in_bands(picture.L, picture.ab):
        yield RGB_OF[depth](L, ab)


def png(depth: int, picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    """See the PNG specification, third edition."""
    height, width = picture.L.shape
    packer = isal_zlib.compressobj(LEVEL)
    file.write(SIGNATURE)
    file.write(written(b"IHDR", struct.pack(">2I5B", width, height, depth, PNG_RGB, 0, 0, 0)))
    file.write(written(b"iCCP", b"sRGB\0\0" + zlib.compress(marks.icc)))
    file.write(written(b"eXIf", marks.exif))
    file.write(written(b"iTXt", XMP + bytes(5) + marks.xmp))
    for rgb in exact_bands(picture, depth):
        file.write(written(b"IDAT", packer.compress(filtered(rgb))))
    file.write(written(b"IDAT", packer.flush()))
    file.write(written(b"IEND", b""))


def light(picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    """L alone, as a PNG of grey."""
    grey = recombine(picture.L, np.zeros((1, 1, 2), np.float32))[..., 0]
    Image.fromarray(grey).save(file, "PNG", compress_level=LEVEL)


def filtered(rgb: NDArray[Any]) -> Pixels:
    """The bytes of rows, each behind the number of its filter."""
    height, step = len(rgb), 3 * rgb.itemsize
    values = rgb.astype(f">u{rgb.itemsize}").view(np.uint8).reshape(height, -1)
    rows = np.empty((height, 1 + values.shape[1]), np.uint8)
    rows[:, 0] = SUB
    rows[:, 1 : 1 + step] = values[:, :step]
    np.subtract(values[:, step:], values[:, :-step], out=rows[:, 1 + step :])
    return rows


def tiff(depth: int, picture: Coloured, marks: Marks, file: IO[bytes]) -> None:
    """A strip for each band (TIFF 6.0, with its tags for XMP and ICC).

    Raises struct.error beyond 4 GB, from which the limits of photos keep away.
    """
    tags, (height, width) = ExifTags.Base, picture.L.shape
    directory = DirectoryWriter(file, marks.exif)
    starts, sizes = [], []
    for rgb in exact_bands(picture, depth):
        starts.append(file.tell())
        sizes.append(file.write(isal_zlib.compress(differences(rgb, directory.order), LEVEL)))
    directory.put(tags.ImageWidth, LONG, [width])
    directory.put(tags.ImageLength, LONG, [height])
    directory.put(tags.BitsPerSample, SHORT, [depth] * 3)
    directory.put(tags.Compression, SHORT, [DEFLATE])
    directory.put(tags.PhotometricInterpretation, SHORT, [TIFF_RGB])
    directory.put(tags.StripOffsets, LONG, starts)
    directory.put(tags.SamplesPerPixel, SHORT, [3])
    directory.put(tags.RowsPerStrip, LONG, [next(bands(height, width)).stop])
    directory.put(tags.StripByteCounts, LONG, sizes)
    directory.put(tags.PlanarConfiguration, SHORT, [CHUNKY])
    directory.put(tags.Predictor, SHORT, [HORIZONTAL])
    directory.put(tags.XMLPacket, BYTE, marks.xmp)
    directory.put(tags.InterColorProfile, UNDEFINED, marks.icc)
    if marks.iptc:
        directory.put(tags.IPTCNAA, UNDEFINED, marks.iptc)
    directory.close()


def differences(rgb: NDArray[Any], order: str) -> bytes:
    values = rgb.astype(f"{order}u{rgb.itemsize}")
    values[:, 1:] -= rgb[:, :-1]
    return values.tobytes()


class DirectoryWriter:
    """The directory of a TIFF. EXIF is a TIFF without a picture: the file begins with it, and its
    entries are in the directory as they are, because what they point to stays where it is.

    `order`: of bytes, which is EXIF's.
    """

    def __init__(self, file: IO[bytes], exif: bytes) -> None:
        self.file, self.order = file, ORDERS[exif[:4]]
        (at,) = struct.unpack_from(f"{self.order}I", exif, DIRECTORY_AT)
        (count,) = struct.unpack_from(f"{self.order}H", exif, at)
        starts = (at + 2 + n * ENTRY_SIZE for n in range(count))
        entries = [exif[start : start + ENTRY_SIZE] for start in starts]
        self.entries = {struct.unpack_from(f"{self.order}H", each)[0]: each for each in entries}
        self.append(exif)

    def append(self, body: bytes) -> int:
        """Write at an even place at the end of the file; returns the place."""
        end = self.file.seek(0, 2)
        self.file.write(bytes(end % 2) + body)
        return end + end % 2

    def put(self, tag: int, kind: int, values: Sequence[int]) -> None:
        """Values that do not fit into the entry go to the end of the file."""
        body = struct.pack(f"{self.order}{len(values)}{FORMATS[kind]}", *values)
        if len(body) > 4:
            body = struct.pack(f"{self.order}I", self.append(body))
        self.entries[tag] = struct.pack(f"{self.order}HHI4s", tag, kind, len(values), body)

    def close(self) -> None:
        """Write the directory, and where it is."""
        count = struct.pack(f"{self.order}H", len(self.entries))
        at = self.append(
            count + b"".join(self.entries[tag] for tag in sorted(self.entries)) + bytes(4)
        )
        self.file.seek(DIRECTORY_AT)
        self.file.write(struct.pack(f"{self.order}I", at))
