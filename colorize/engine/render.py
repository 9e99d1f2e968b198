"""L and ab -> a colour picture. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorize.engine.planes import Pixels, Plane, bands, fit, resize

# The short and the longest side of the edge-aware step; the variance of L (0..100) below which a
# window counts as flat; and the number of corrections of the averages. Chosen by reducing the true
# ab of 32 photos (12 of Kodak's, 20 of BSDS500's) to the network's size and enlarging it again:
# mean ab error 1.90, at edges 4.67; linear enlarging gives 2.31 and 5.83.
GUIDE_SIDE = 512
GUIDE_LONGEST = 2048
EPSILON = 100.0
CORRECTIONS = 2


@dataclass(frozen=True)
class Coloured:
    """A photo's L (h, w) and smaller ab (h', w', 2), to be made into pixels once. `original`: the
    photo itself in that shape, if it was asked for."""

    L: Plane
    ab: Plane
    original: Image.Image | None = None

    @cached_property
    def rgbx(self) -> Pixels:
        """(h, w, 4) sRGB of 8 bits. It is written over L, which is lost."""
        return recombine(self.L, self.ab)


def guide(L: Plane) -> Plane:
    """L at the size of the edge-aware step, never enlarged."""
    height, width = L.shape
    return resize(L, *fit(height, width, min(GUIDE_SIDE, height, width), GUIDE_LONGEST))


def upsample_ab(ab: Plane, guide: Plane) -> Plane:
    """Enlarge (h, w, n) planes to the guide's size without bleeding over its edges.

    A fast guided filter (He, Sun 2015): around each cell of `ab`, its planes are linear functions
    of L, fitted at the size of `ab` and evaluated on the guide. Then the result is corrected until
    its averages over the cells equal `ab`, so that no colour is washed out.
    """
    height, width = guide.shape
    slope, offset = fit_lines(ab, resize(guide, *ab.shape[:2]))
    planes = resize(slope, height, width) * guide[..., None] + resize(offset, height, width)
    for _ in range(CORRECTIONS):
        planes += resize(ab - resize(planes, *ab.shape[:2]), height, width)
    return planes


def fit_lines(ab: Plane, L: Plane) -> tuple[Plane, Plane]:
    """Slope and offset (h, w, n) of `ab` as a function of L (h, w), around each cell."""
    light = L[..., None]
    mean_light, mean_ab = box(light), box(ab)
    spread = box(light * light) - mean_light * mean_light + np.float32(EPSILON)
    slope = cast(Plane, (box(light * ab) - mean_light * mean_ab) / spread)
    return box(slope), box(mean_ab - slope * mean_light)


def box(planes: Plane) -> Plane:
    """The mean of each cell and the eight around it: (h, w, n)."""
    mean = cv2.blur(planes, (3, 3), borderType=cv2.BORDER_REFLECT)
    return cast(Plane, mean.reshape(planes.shape))


def recombine(L: Plane, ab: Plane) -> Pixels:
    """(h, w) L and smaller (h', w', 2) ab -> (h, w, 4) sRGB, with ab enlarged linearly.

    Overwrites L: the picture reuses its memory, so that there is only one object of full size. The
    fourth byte is unused; with it, Pillow can use the array without a copy.

    Works in bands of rows, so that there is never a float picture of full size. Does not use matrix
    products: the threads of numpy's BLAS spin while they wait, and slow down everything else.
    """
    rgbx = L.view(np.uint8).reshape(*L.shape, 4)
    for rows, light, colours in in_bands(L, ab):
        rgba = cv2.cvtColor(cv2.merge([light, colours]), cv2.COLOR_Lab2RGB, dstCn=4)
        cv2.convertScaleAbs(rgba, dst=rgbx[rows], alpha=255)
    return rgbx


def in_bands(L: Plane, ab: Plane) -> Iterator[tuple[slice, Plane, Plane]]:
    """Bands of rows, with L (rows, w) and enlarged ab (rows, w, 2) of each."""
    height, width = L.shape
    above, below, share = neighbours(height, ab.shape[0])
    for rows in bands(height, width):
        first, last = above[rows.start], below[rows.stop - 1]
        wide = resize(ab[first : last + 1], last + 1 - first, width)
        near = wide[above[rows] - first]
        near += share[rows, None, None] * (wide[below[rows] - first] - near)
        yield rows, L[rows], near


def neighbours(height: int, source: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Plane]:
    """For each of `height` rows: the source rows above and below, and the weight of the latter."""
    at = np.clip((np.arange(height) + 0.5) * source / height - 0.5, 0, source - 1)
    above = at.astype(np.intp)
    return above, np.minimum(above + 1, source - 1), (at - above).astype(np.float32)


def picture_of(rgbx: Pixels) -> Image.Image:
    """(h, w, 4) -> a picture of mode RGBX that shares the memory."""
    height, width, _ = rgbx.shape
    return Image.frombuffer("RGBX", (width, height), rgbx, "raw", "RGBX", 0, 1)
