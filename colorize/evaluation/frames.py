"""Framed copies of photos, as scans and albums have them: to measure whether borders are found.

Everything is drawn in L alone, which is all that a network sees. The same seed gives the same
frame.
"""

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# The kinds of frame, in turn for each photo.
KINDS = (
    "white paper",
    "cream paper",
    "grey card",
    "black border",
    "caption below",
    "album page",
    "deckle edge",
    "print on a scanner",
    "oval mat",
    "rounded mat",
)
# L of the paper next to the picture, from and to.
PAPERS = {"cream paper": (82, 92), "grey card": (45, 75), "black border": (2, 10)}
PAPER = (91, 99)
# L of what lies around a print, for the kinds that show it.
GROUNDS = {"album page": (12, 45), "deckle edge": (15, 60), "print on a scanner": (3, 12)}
MATS = ("oval mat", "rounded mat")
# The width of a border as a share of the picture's short side; the largest tilt in degrees.
NARROW, WIDE, TILT = 0.03, 0.20, 3.0
CAPTIONS = ("Oma, Sommer 1936", "Ostende, juillet 1929", "At the lake", "No. 4127", "1911")


@dataclass(frozen=True)
class Framed:
    """`L`: (h', w') the framed copy; `place`: 2 x 3, from the photo's pixels to the copy's;
    `visible`: (h, w), the photo's pixels that the frame leaves visible; `picture`: (h', w') 0..1,
    how much of each of the copy's pixels is picture."""

    kind: str
    L: Plane
    place: NDArray[np.float64]
    visible: NDArray[np.bool_]
    picture: Plane

    def inside(self, planes: Plane) -> Plane:
        """Planes of the copy's size -> as the photo lay in it, at the photo's size."""
        height, width = self.visible.shape
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(planes, self.place, (width, height), flags=how))


def framed(L: Plane, seed: int) -> Framed:
    """A framed copy of a photo, (h, w) L from 0 to 100. `seed`: also chooses the kind, in turn."""
    rng, kind = np.random.default_rng(seed), KINDS[seed % len(KINDS)]
    height, width = L.shape
    tilt = rng.uniform(-TILT, TILT) if rng.random() < 0.6 else 0.0
    margins = border_widths(rng, kind) * min(height, width)
    outer = margins + (rng.uniform(0.01, 0.1, 4) * min(height, width) if kind in GROUNDS else 0)
    place, size = placed(height, width, tilt, outer)
    visible = opening(height, width, kind, rng)
    picture = moved(visible.astype(np.float32), place, size)
    ground = sheet(rng, size, GROUNDS.get(kind) or PAPERS.get(kind, PAPER))
    if kind in GROUNDS:
        ground = with_print(rng, ground, (height, width), place, margins, kind)
    if kind == "caption below":
        write(rng, ground, place, height, margins)
    ground = edge_shadow(rng, ground, picture)
    inner = moved(L, place, size, cv2.BORDER_REPLICATE)
    copy = picture * inner + (1 - picture) * ground
    return Framed(kind, np.clip(copy, 0, 100).astype(np.float32), place, visible, picture)


def border_widths(rng: np.random.Generator, kind: str) -> NDArray[np.float64]:
    """Left, top, right, bottom, as shares of the short side: alike, but not the same."""
    width = rng.uniform(NARROW, WIDE)
    widths = np.clip(width * rng.uniform(0.75, 1.25, 4), NARROW, WIDE)
    if kind == "caption below":
        widths[3] = max(widths[3], rng.uniform(0.12, WIDE))
    return np.asarray(widths)


def placed(
    height: int, width: int, tilt: float, margins: NDArray[np.float64]
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The photo's place on a sheet that leaves these margins around it, and the sheet's size."""
    place = np.asarray(cv2.getRotationMatrix2D((0, 0), tilt, 1), np.float64)
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)]) @ place.T
    least, most = corners.min(axis=0), corners.max(axis=0)
    place[:, 2] = np.round(margins[:2] - least) if tilt == 0 else margins[:2] - least
    across, down = np.ceil(most - least + margins[:2] + margins[2:])
    return place, (int(down), int(across))


def moved(
    plane: Plane,
    place: NDArray[np.float64],
    size: tuple[int, int],
    outside: int = cv2.BORDER_CONSTANT,
) -> Plane:
    return np.asarray(cv2.warpAffine(plane, place, size[::-1], borderMode=outside))


def opening(height: int, width: int, kind: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The part of the photo that a mat leaves visible; all of it for other frames."""
    if kind not in MATS:
        return np.ones((height, width), bool)
    y = np.abs(2 * (np.arange(height) + 0.5) / height - 1)[:, None] * height / 2
    x = np.abs(2 * (np.arange(width) + 0.5) / width - 1)[None] * width / 2
    radius = rng.uniform(0.08, 0.3) * min(height, width)
    down, across = (height / 2, width / 2) if kind == "oval mat" else (radius, radius)
    beyond_y = np.maximum(y - (height / 2 - down), 0) / down
    beyond_x = np.maximum(x - (width / 2 - across), 0) / across
    return np.asarray(beyond_x**2 + beyond_y**2 <= 1)


def sheet(rng: np.random.Generator, size: tuple[int, int], tones: tuple[float, float]) -> Plane:
    """Paper: one tone, unevenly lit, with a grain."""
    height, width = size
    light = rng.uniform(-2, 2, (2, 2)).astype(np.float32)
    noise = rng.normal(0, 1, size).astype(np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.4, 1.5)), np.float32)
    grain = noise * rng.uniform(0.2, 2) / noise.std()
    uneven = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(rng.uniform(*tones) + uneven + grain)


def with_print(
    rng: np.random.Generator,
    ground: Plane,
    shape: tuple[int, int],
    place: NDArray[np.float64],
    margins: NDArray[np.float64],
    kind: str,
) -> Plane:
    """The ground with the photo's own white paper on it, straight or with a deckle edge."""
    height, width = shape
    left, top, right, bottom = margins
    corners = [(-left, -top), (width + right, -top), (width + right, height + bottom)]
    outline = edge_points(np.array([*corners, (-left, height + bottom)]))
    if kind == "deckle edge":
        outline += rng.normal(0, 0.006 * min(shape), outline.shape)
    points = outline @ place[:, :2].T + place[:, 2]
    paper = np.zeros_like(ground)
    cv2.fillPoly(paper, [np.round(points * 16).astype(np.int32)], 1, cv2.LINE_AA, 4)
    paper = np.minimum(paper, 1)
    return np.asarray(paper * sheet(rng, ground.shape, PAPER) + (1 - paper) * ground)


def edge_points(corners: NDArray[np.float64], each: int = 60) -> NDArray[np.float64]:
    """Points along the edges between corners."""
    share = np.linspace(0, 1, each, endpoint=False)[:, None]
    ends = np.roll(corners, -1, axis=0)
    return np.concatenate([a + share * (b - a) for a, b in zip(corners, ends, strict=True)])


def write(
    rng: np.random.Generator,
    ground: Plane,
    place: NDArray[np.float64],
    height: int,
    margins: NDArray[np.float64],
) -> None:
    """A caption on the paper under the photo."""
    size = 0.35 * margins[3]
    at = place[:, :2] @ (size, height + 0.65 * margins[3]) + place[:, 2]
    fonts = (cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX)
    words, font = str(rng.choice(CAPTIONS)), int(rng.choice(fonts))
    scale = cv2.getFontScaleFromHeight(font, max(6, ceil(size)), 1)
    letters = np.zeros(ground.shape, np.uint8)
    cv2.putText(letters, words, at.astype(int).tolist(), font, scale, 255, 1, cv2.LINE_AA)
    ground += letters / np.float32(255) * (rng.uniform(10, 50) - ground)


def edge_shadow(rng: np.random.Generator, ground: Plane, picture: Plane) -> Plane:
    """Half of the frames throw or get a soft shadow at the picture's edge."""
    if rng.random() < 0.5:
        return ground
    soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(1, 3))
    return np.asarray(ground - rng.uniform(2, 10) * soft)
