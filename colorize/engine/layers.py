"""Further data for the page as PNGs: the confidence map, and what vividness adds. Knows no
Django."""

import io

import numpy as np
from PIL import Image

from colorize.engine.pipeline import Result
from colorize.engine.planes import Plane

# The largest value that a byte can hold on either side of 128.
STEP_RANGE = 127


def confidence_png(result: Result) -> bytes | None:
    """The confidence map as a grey PNG, 255 = certain; transparent in a border."""
    if result.confidence_map is None:
        return None
    border = np.isnan(result.confidence_map)
    grey = np.rint(np.nan_to_num(result.confidence_map) * 255)
    return png(np.dstack([grey, 255 * ~border]) if border.any() else grey)


def ab_step_png(result: Result) -> bytes | None:
    """`ab_step` as an RGB PNG: red = a + 128, green = b + 128, in Lab units."""
    if result.ab_step is None:
        return None
    step = np.rint(np.clip(result.ab_step, -STEP_RANGE, STEP_RANGE)) + 128
    return png(np.dstack([step, np.zeros_like(step[..., 0])]))


def png(pixels: Plane) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()
