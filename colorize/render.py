"""L and ab -> a colour picture -> JPEG bytes. Knows no Django."""

import io
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from colorize.photo import SRGB, Origin
from colorize.planes import Pixels, Plane, bands, enlarge, fit, shrink

# The size of the edge-aware step, and its window and softness there (L as 0..1). Measured on
# photographs: the smallest that keeps colours inside their edges.
GUIDE_SIDE = 512
GUIDE_RADIUS = 8
GUIDE_EPSILON = 4e-3
JPEG_QUALITY = 92
SRGB_PROFILE = ImageCms.ImageCmsProfile(SRGB).tobytes()

# https://cv.iptc.org/newscodes/digitalsourcetype/: a real photo to which a trained network added.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def guide(L: Plane) -> Plane:
    """L at the size of the edge-aware step; never enlarged."""
    height, width = L.shape
    return shrink(L, *fit(height, width, min(GUIDE_SIDE, height, width)))


def upsample_ab(ab: Plane, guide: Plane) -> Plane:
    """(h, w, n) planes brought to the guide's size without bleeding over its edges.

    A guided filter: in each window a plane is a linear function of L (He, Sun, Tang 2013).
    """
    height, width = guide.shape
    planes = enlarge(ab, height, width)
    light = cast(Plane, guide / np.float32(100))
    mean_light = box(light)
    spread = box(light * light) - mean_light * mean_light + np.float32(GUIDE_EPSILON)
    return np.dstack(
        [filter_plane(planes[..., n], light, mean_light, spread) for n in range(ab.shape[2])]
    )


def filter_plane(plane: Plane, light: Plane, mean_light: Plane, spread: Plane) -> Plane:
    mean = box(plane)
    slope = cast(Plane, (box(light * plane) - mean_light * mean) / spread)
    return box(slope) * light + box(mean - slope * mean_light)


def box(plane: Plane) -> Plane:
    """The mean over a window of GUIDE_RADIUS around each pixel."""
    side = 2 * GUIDE_RADIUS + 1
    return cast(Plane, cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT))


def recombine(L: Plane, ab: Plane) -> Pixels:
    """(h, w) L and smaller (h', w', 2) ab -> (h, w, 3) sRGB; ab enlarged linearly.

    Works in bands of rows, so that no float picture of full size is ever held.
    """
    height, width = L.shape
    wide = enlarge(ab, ab.shape[0], width)
    upper, lower, weight = linear_rows(height, ab.shape[0])
    rgb = np.empty((height, width, 3), np.uint8)
    for rows in bands(height, width):
        above, below = wide[upper[rows]], wide[lower[rows]]
        lab = np.empty((*above.shape[:2], 3), np.float32)
        lab[..., 0] = L[rows]
        lab[..., 1:] = above + weight[rows] * (below - above)
        cv2.convertScaleAbs(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), dst=rgb[rows], alpha=255)
    return rgb


def linear_rows(height: int, source: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Plane]:
    """For each row: the source rows above and below its centre, and the weight of the latter."""
    at = np.clip((np.arange(height) + 0.5) * source / height - 0.5, 0, source - 1)
    upper = np.floor(at).astype(np.intp)
    weight = (at - upper).astype(np.float32)[:, None, None]
    return upper, np.minimum(upper + 1, source - 1), weight


def encode(rgb: Pixels, origin: Origin, network: str) -> bytes:
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
