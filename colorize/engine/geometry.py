"""Turn, straighten and crop a photo, in this order. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, cos, floor, radians, sin
from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorize.engine.crop import crop_of
from colorize.engine.errors import BadOption
from colorize.engine.lightness import Packed, packed, unpacked
from colorize.engine.options import Options
from colorize.engine.photo import Photo
from colorize.engine.planes import Plane, bands

# (2, 3): a point of the result, in pixels from its top left corner -> the same of the source.
Matrix: TypeAlias = NDArray[np.float64]

# Degrees clockwise -> Pillow's name, which counts the other way.
TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
# Straightened in tiles of this side: OpenCV takes sides of 32,767 pixels at most.
TILE = 1024
# How many pixels beyond a tile cubic interpolation needs, with one to spare.
MARGIN = 3


def is_used(options: Options) -> bool:
    """Whether the result has another shape than the photo."""
    return bool(options.turn or options.straighten or options.crop)


@dataclass(frozen=True)
class Part:
    """The part that is kept of a turned picture, tilted about its centre.

    `left`, `top`, `width`, `height`: of the part in the straightened picture, whose size is
    `inner`; `outer`: the size of the turned picture; all in pixels. `angle`: degrees clockwise.
    """

    left: int
    top: int
    width: int
    height: int
    inner: tuple[int, int]
    outer: tuple[int, int]
    angle: float

    @property
    def matrix(self) -> Matrix:
        """Points of the part -> points of the turned picture."""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        back = np.array([[c, s], [-s, c]])
        corner = np.array([self.left, self.top]) - np.array(self.inner) / 2
        return np.column_stack([back, back @ corner + np.array(self.outer) / 2])


def part_of(width: int, height: int, options: Options) -> Part:
    """The part of an upright picture of this size that is kept; at least one pixel."""
    outer = (height, width) if options.turn in (90, 270) else (width, height)
    inner = largest_inside(*outer, options.straighten)
    left, top, right, bottom = crop_of(options.crop)
    x, w = span(inner[0], left, right)
    y, h = span(inner[1], top, bottom)
    return Part(x, y, w, h, inner, outer, options.straighten)


def span(length: int, start: float, end: float) -> tuple[int, int]:
    """The first pixel and the number of pixels between two shares of a side."""
    first = min(round(start * length), length - 1)
    return first, max(1, round(end * length) - first)


def largest_inside(width: int, height: int, angle: float) -> tuple[int, int]:
    """The size of the largest upright rectangle in a picture that is tilted by `angle` degrees.

    It touches all four sides of the picture, or, in a long one, both long sides with its corners.
    """
    c, s = cos(radians(abs(angle))), sin(radians(abs(angle)))
    long, short = max(width, height), min(width, height)
    if short <= 2 * s * c * long:
        sides = (short / (2 * s), short / (2 * c))
        w, h = sides if width >= height else sides[::-1]
    else:
        spread = c * c - s * s
        w, h = (width * c - height * s) / spread, (height * c - width * s) / spread
    return max(1, floor(w)), max(1, floor(h))


def shaped(photo: Photo, options: Options, least: int = 1) -> Photo:
    """The photo with its L turned, straightened and cropped. Overwrites L, whose memory the new one
    reuses; besides, it takes half as much for a while. `small` stays, as a picture of the original.

    `least`: pixels that each side must keep. Raises BadOption.
    """
    if not is_used(options):
        return photo
    part = part_of(photo.width, photo.height, options)
    if min(part.width, part.height) < least:
        raise too_small(part, options, least)
    return replace(photo, L=shaped_plane(photo.L, part, options.turn))


def too_small(part: Part, options: Options, least: int) -> BadOption:
    name = "crop" if options.crop else "straighten"
    reason = (
        f"it leaves {part.width} × {part.height} pixels of the photo, and each side needs at "
        f"least {least}. Keep a larger part."
    )
    return BadOption(name=name, reason=reason)


def shaped_plane(L: Plane, part: Part, turn: int) -> Plane:
    """(h, w) -> the part, in the memory of L."""
    source = np.rot90(packed_in_bands(L), -turn // 90)
    plane = L.reshape(-1)[: part.width * part.height].reshape(part.height, part.width)
    for rows, columns in tiles(part.height, part.width):
        plane[rows, columns] = unpacked(tile_of(source, part, rows, columns))
    return plane


def packed_in_bands(L: Plane) -> Packed:
    """Half the memory of L. Nothing is lost: a photo's L is read in these steps."""
    half = np.empty(L.shape, np.uint16)
    for rows in bands(*L.shape):
        half[rows] = packed(L[rows])
    return half


def tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """Rows and columns that together cover a picture."""
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            yield (
                slice(top, min(top + TILE, height)),
                slice(left, min(left + TILE, width)),
            )


def tile_of(source: Packed, part: Part, rows: slice, columns: slice) -> Packed:
    """A tile of the part: a view of the source, or interpolated if it is tilted."""
    if not part.angle:
        return source[part.top :, part.left :][rows, columns]
    height, width = rows.stop - rows.start, columns.stop - columns.start
    matrix = moved(part.matrix, columns.start, rows.start)
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    left, top = (max(0, floor(value) - MARGIN) for value in corners.min(axis=1))
    right, bottom = (ceil(value) + MARGIN for value in corners.max(axis=1))
    near = np.ascontiguousarray(source[top:bottom, left:right])
    matrix[:, 2] -= (left, top)
    return tilted(near, matrix, width, height)


def moved(matrix: Matrix, x: float, y: float) -> Matrix:
    """The matrix for points counted from (x, y)."""
    return np.column_stack([matrix[:, :2], matrix @ (x, y, 1)])


def tilted(source: Packed, matrix: Matrix, width: int, height: int) -> Packed:
    """(height, width) pixels, from the places in the source that the matrix gives. Beyond its
    edges, the last pixel is repeated."""
    # OpenCV counts from the middle of the first pixel.
    middles = moved(matrix, 0.5, 0.5)
    middles[:, 2] -= 0.5
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        source, middles, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE
    )
    return cast(Packed, warped)


def shaped_picture(picture: Image.Image, options: Options) -> Image.Image:
    """A small upright picture, turned, straightened and cropped."""
    if not is_used(options):
        return picture
    part = part_of(*picture.size, options)
    picture = picture.transpose(TURNS[options.turn]) if options.turn else picture
    size = (part.width, part.height)
    if not part.angle:
        return picture.crop((part.left, part.top, part.left + size[0], part.top + size[1]))
    return picture.transform(
        size, Image.Transform.AFFINE, tuple(part.matrix.ravel()), Image.Resampling.BICUBIC
    )
