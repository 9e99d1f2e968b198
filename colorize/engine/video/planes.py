"""A film's planes: luma -> L, and luma with ab -> chroma. The luma itself is never changed."""

from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.lightness import Packed, lightness_of_luminance, linear, packed, unpacked
from colorize.engine.planes import Plane, fit, resize
from colorize.engine.render import GUIDE_LONGEST, in_bands, upsample_ab
from colorize.engine.tones import Tones
from colorize.engine.video.film import Bytes, Chroma, Film, Matrix

# Of a picture that lacks no contrast.
PLAIN = Tones(0, 100)
Floats = NDArray[np.float64]

# The shares of red and blue in luma (ITU-R BT.601-7, 709-6 and 2020-2).
SHARES = {
    Matrix.BT601: (0.299, 0.114),
    Matrix.BT709: (0.2126, 0.0722),
    Matrix.BT2020: (0.2627, 0.0593),
}
# The short side of the edge-aware step. Of the true colours of 24 photos (Kodak's) at the network's
# size it makes those at 512 pixels with an error of 2.02 (at edges 4.62) of ab, as a photo's 512
# does (2.02, 4.60), in half the time; linear enlarging 2.44 (5.68).
GUIDE = 320
# The table of chroma: its values of a and b lie this far apart, from -MOST to MOST; the tables of
# the 256 values of luma lie in as many rows as columns.
APART, MOST = 8, 128
CELLS = 2 * MOST // APART + 1
TILES = 16
# How often the lightness of a colour is corrected until it has the luma; 0.002 is then left of 1.
CORRECTIONS = 6
# CIE XYZ of sRGB's red, green and blue, over the white's (IEC 61966-2-1, D65).
WHITE = (0.95047, 1.0, 1.08883)
FROM_XYZ = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


def lightness(luma: Bytes, film: Film) -> Plane:
    """(h, w) luma, small -> L, 0..100, of the grey that it shows."""
    return cast(Plane, cv2.LUT(luma, levels(film.full_range)))


def luma_of(L: Plane, film: Film) -> Bytes:
    """(h, w) L, 0..100 -> the luma that shows it as nearly as 8 bits can."""
    known = levels(film.full_range)
    first, last = (0, 255) if film.full_range else (16, 235)
    steps = (known[first:last] + known[first + 1 : last + 1]) / 2
    return (first + np.searchsorted(steps, L)).astype(np.uint8)


def seen(luma: Bytes, height: int, width: int, film: Film) -> Plane:
    """(h, w) luma -> L at another size. Networks notice when it is in steps of whole bytes: colours
    are then up to 5 % paler. So it is shrunk in 16 bits."""
    fine = cv2.LUT(luma, packed(levels(film.full_range)))
    return unpacked(cast(Packed, resize(cast(Plane, fine), height, width)))


def small(luma: Bytes, height: int, width: int) -> Bytes:
    """Luma at another size; still bytes, so that there are never large planes of floats."""
    return cast(Bytes, resize(cast(Plane, luma), height, width))


def chroma(luma: Bytes, ab: Plane, film: Film, tones: Tones = PLAIN) -> Chroma:
    """(h, w) luma and (h', w', 2) ab, both as stored -> chroma. What a screen makes of them has
    that luma, and that ab as nearly as its gamut allows. `tones`: of the shot."""
    height, width = (-(-side // 2) for side in luma.shape)
    coarse = small(luma, height, width)
    size = fit(height, width, min(GUIDE, height, width), GUIDE_LONGEST)
    wide = upsample_ab(ab, tones.stretched(lightness(small(coarse, *size), film)))
    table = chroma_table(film.matrix, film.full_range)
    u, v = np.empty((2, height, width), np.uint8)
    for rows, band, colours in in_bands(cast(Plane, coarse), wide):
        u[rows], v[rows] = cv2.split(looked_up(cast(Bytes, band), colours, table))
    return Chroma(u, v)


def looked_up(luma: Bytes, ab: Plane, table: Plane) -> Bytes:
    """(h, w) luma and (h, w, 2) ab -> (h, w, 2) u and v."""
    middle = cv2.LUT(cv2.merge([luma, luma]), MIDDLES)
    at = cast(Plane, cv2.addWeighted(ab, 1 / APART, middle, 1, 0))
    return cast(Bytes, cv2.convertScaleAbs(sampled(table, at)))


def sampled(planes: Plane, at: Plane) -> Plane:
    """(h, w) or (h, w, n) planes at the places `at` (h', w', 2), x and y in pixels of the planes,
    linearly between pixels; beyond an edge its last pixel goes on."""
    # An empty second map reads memory at random; OpenCV's types do not allow the None that works.
    no_map = cast(Plane, None)
    how = cv2.INTER_LINEAR
    return cast(Plane, cv2.remap(planes, at, no_map, how, borderMode=cv2.BORDER_REPLICATE))


def middles() -> Plane:
    """(1, 256, 2): where ab = 0 lies in the table of each luma, across and down."""
    value = np.arange(256)
    tile = np.stack([value % TILES, value // TILES], axis=1)
    return (tile * CELLS + CELLS // 2)[None].astype(np.float32)


MIDDLES = middles()


def grey_values(full_range: bool) -> Floats:
    """(256,): the grey, 0..1, that each value of luma shows."""
    value = np.arange(256.0)
    return value / 255 if full_range else np.clip((value - 16) / 219, 0, 1)


@cache
def levels(full_range: bool) -> Plane:
    """(256,): L of each value of luma."""
    light = 65535 * linear(grey_values(full_range))
    return lightness_of_luminance(light.astype(np.float32))


@cache
def chroma_table(matrix: Matrix, full_range: bool) -> Plane:
    """u and v, 0..255, of each luma, a and b, as an atlas: TILES x TILES tables of CELLS x CELLS,
    with a from left to right and b from top to bottom.

    A table, because it takes a fifth of the time of going through RGB, and can go by luma.
    """
    rows = np.split(grey_values(full_range), TILES)
    return np.concatenate([tiles(grey, matrix, 255 if full_range else 224) for grey in rows])


def tiles(grey: Floats, matrix: Matrix, scale: float) -> Plane:
    """(CELLS, TILES * CELLS, 2): a row of the atlas. `grey` (TILES,): the greys of its lumas;
    `scale`: between the ends of u and v."""
    axis = np.linspace(-MOST, MOST, CELLS)
    grey, a, b = grey[:, None, None], axis[None, None, :], axis[None, :, None]
    differences = in_gamut(colour_differences(grey, a, b, matrix), grey[..., None])
    red, blue = SHARES[matrix]
    uv = differences[..., [2, 0]] / (2 - 2 * np.array([blue, red]))
    value = np.clip(128 + scale * uv, 0, 255).swapaxes(0, 1)
    return np.asarray(value.reshape(CELLS, TILES * CELLS, 2), np.float32)


def colour_differences(grey: Floats, a: Floats, b: Floats, matrix: Matrix) -> Floats:
    """(..., 3): red, green and blue minus luma, of the colours with this ab and the luma `grey`,
    whether they can be shown or not."""
    red, blue = SHARES[matrix]
    weights = np.array([red, 1 - red - blue, blue])
    wanted = lightness_of(grey)
    L = wanted + np.zeros(np.broadcast_shapes(grey.shape, a.shape, b.shape))
    for _ in range(CORRECTIONS):
        rgb = rgb_of(L, a, b)
        L = np.clip(L + wanted - lightness_of(np.clip(rgb @ weights, 0, 1)), 0, 100)
    rgb = rgb_of(L, a, b)
    return np.asarray(rgb - (rgb @ weights)[..., None])


def in_gamut(differences: Floats, grey: Floats) -> Floats:
    """The differences, paler where a screen could not show them with this luma."""
    above = np.maximum(differences.max(axis=-1, keepdims=True), 1e-9)
    below = np.maximum(-differences.min(axis=-1, keepdims=True), 1e-9)
    share = np.minimum(1, np.minimum((1 - grey) / above, grey / below))
    return np.asarray(differences * share)


def lightness_of(grey: Floats) -> Floats:
    return lightness_of_luminance((65535 * linear(grey)).astype(np.float32)).astype(np.float64)


def rgb_of(L: Floats, a: Floats, b: Floats) -> Floats:
    """Lab -> sRGB (..., 3), 0..1 and beyond for what cannot be shown."""
    y = (L + 16) / 116
    f = np.stack(np.broadcast_arrays(y + a / 500, y, y - b / 200), axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE
    light = xyz @ FROM_XYZ.T
    size = np.abs(light)
    coded = np.where(size <= 0.0031308, 12.92 * size, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.asarray(np.sign(light) * coded)
