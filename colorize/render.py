"""L and ab -> a colour picture -> JPEG bytes. Knows no Django."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from colorize.lightness import bands
from colorize.photo import SRGB, Origin

# The size of the edge-aware step, and its window and softness there (L as 0..1). Measured on
# photographs: the smallest that keeps colours inside their edges.
GUIDE_SIDE = 512
GUIDE_RADIUS = 8
GUIDE_EPSILON = 4e-3
JPEG_QUALITY = 92
SRGB_PROFILE = ImageCms.ImageCmsProfile(SRGB).tobytes()

# https://cv.iptc.org/newscodes/digitalsourcetype/: a real photo to which a trained network added.
SOURCE_TYPE = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def fit(height: int, width: int, side: int, step: int = 1, longest: int = 4) -> tuple[int, int]:
    """Height and width with the short side near `side`, the shape kept.

    Both are multiples of `step`; the long side is at most `longest` times `side`, so that a
    panorama costs no more than that.
    """
    scale = min(side / min(height, width), longest * side / max(height, width))
    return tuple(max(step, round(n * scale / step) * step) for n in (height, width))  # type: ignore[return-value]


def guide(L: NDArray[np.float32]) -> NDArray[np.float32]:
    """L at the size of the edge-aware step; never enlarged."""
    height, width = fit(*L.shape, side=min(GUIDE_SIDE, min(L.shape)))
    return cv2.resize(L, (width, height), interpolation=cv2.INTER_AREA)


def upsample_ab(ab: NDArray[np.float32], guide: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w, n) planes brought to the guide's size without bleeding over its edges.

    A guided filter: in each window a plane is a linear function of L (He, Sun, Tang 2013).
    """
    size = guide.shape[1], guide.shape[0]
    planes = cv2.resize(ab, size, interpolation=cv2.INTER_LINEAR).reshape(*guide.shape, -1)
    I = guide / np.float32(100)
    mean_I = box(I)
    spread = box(I * I) - mean_I * mean_I + np.float32(GUIDE_EPSILON)
    filtered = [filter_plane(plane, I, mean_I, spread) for plane in cv2.split(planes)]
    return np.ascontiguousarray(cv2.merge(filtered)).reshape(*guide.shape, -1)


def filter_plane(
    plane: NDArray[np.float32],
    I: NDArray[np.float32],
    mean_I: NDArray[np.float32],
    spread: NDArray[np.float32],
) -> NDArray[np.float32]:
    mean = box(plane)
    slope = (box(I * plane) - mean_I * mean) / spread
    return box(slope) * I + box(mean - slope * mean_I)


def box(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean over a window of GUIDE_RADIUS around each pixel."""
    side = 2 * GUIDE_RADIUS + 1
    return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)


def recombine(L: NDArray[np.float32], ab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(h, w) L and smaller (h', w', 2) ab -> (h, w, 3) uint8 sRGB; ab enlarged linearly.

    Works in bands of rows, so that no float picture of full size is ever held.
    """
    height, width = L.shape
    wide = cv2.resize(ab, (width, ab.shape[0]), interpolation=cv2.INTER_LINEAR)
    upper, lower, weight = linear_rows(height, ab.shape[0])
    rgb = np.empty((height, width, 3), np.uint8)
    for rows in bands(height, width):
        above, below = wide[upper[rows]], wide[lower[rows]]
        below -= above
        below *= weight[rows]
        below += above
        lab = cv2.merge([L[rows], *cv2.split(below)])
        colour = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
        cv2.convertScaleAbs(colour, dst=rgb[rows], alpha=255)
    return rgb


def linear_rows(
    height: int, source: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For each row: the source rows above and below its centre, and the weight of the latter."""
    at = np.clip((np.arange(height) + 0.5) * source / height - 0.5, 0, source - 1)
    upper = np.floor(at).astype(np.intp)
    weight = (at - upper).astype(np.float32)[:, None, None]
    return upper, np.minimum(upper + 1, source - 1), weight


def encode(rgb: NDArray[np.uint8], origin: Origin, network: str) -> bytes:
    """An sRGB JPEG that says who made its colours and what `origin` knows; no place, ever."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(
        buffer,
        "JPEG",
        quality=JPEG_QUALITY,
        icc_profile=SRGB_PROFILE,
        exif=exif(origin, network),
        xmp=XMP.encode(),
    )
    return buffer.getvalue()


def exif(origin: Origin, network: str) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Software] = f"Image Colorizer (colours made by the network {network})"
    inner: dict[int, object] = {ExifTags.Base.ColorSpace: 1}
    if origin.artist:
        tags[ExifTags.Base.Artist] = origin.artist
    if origin.copyright:
        tags[ExifTags.Base.Copyright] = origin.copyright
    if origin.date:
        inner[ExifTags.Base.DateTimeOriginal] = origin.date
    tags._ifds[ExifTags.IFD.Exif] = inner
    return tags
