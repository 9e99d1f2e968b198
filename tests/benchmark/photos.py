"""Photo-like pictures of any size, the same in every run."""

import cv2
import numpy as np

SIZES = {"0.3": (480, 640), "2": (1250, 1600), "12": (3000, 4000)}


def photo(megapixels: str, colour: bool) -> bytes:
    """A JPEG with soft areas, edges and grain, 1 to 2 bits a pixel; grey or colour."""
    height, width = SIZES[megapixels]
    rng = np.random.default_rng(12)
    shape = (height, width, 3 if colour else 1)
    picture = np.full(shape, 118, np.float32)
    for cells in (4, 12, 40, 120):
        coarse = rng.normal(0, 60 / cells**0.4, (cells, cells * 4 // 3, shape[2]))
        octave = cv2.resize(
            coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        picture += octave.reshape(shape)
    for x, y, r in rng.uniform(0, 1, (30, 3)):
        centre, radius = (int(x * width), int(y * height)), int(r * height / 8)
        cv2.circle(picture, centre, radius, [255 * r] * shape[2], -1, cv2.LINE_AA)
    picture += rng.normal(0, 3, shape).astype(np.float32)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
