"""What a page needs to follow colour hints itself, as JSON; see hint_spread.py. Knows no Django."""

from dataclasses import asdict
from typing import Any

import numpy as np

from colorize.engine import hint_spread as spread
from colorize.engine.data_urls import to_base64
from colorize.engine.hint_spread import WHOLE
from colorize.engine.hints import MOST_HINTS, Hints
from colorize.engine.likely_colours import likely_grid
from colorize.engine.options import plain
from colorize.engine.planes import Plane, resize
from colorize.engine.predict import Predicted
from colorize.engine.proposals import proposals


def hint_layers(predicted: Predicted, vividness: float, given: Hints = ()) -> dict[str, Any] | None:
    """The cells and their colours without any hint; None for networks that take none.

    Arrays are base64 of little-endian numbers, rows first. `features`: int8 (height, width,
    channels), each channel times its one of `feature_scales`; `spread`, `light` (L): float32
    (height, width); `faithful` and `step`, what vividness 1 adds (null where there is nothing):
    float32 (height, width, 2). `guide`: L of the edge-aware step, 255 for 100, uint8. `photo`:
    the size of the whole photo at that scale, in which the guide begins at `left`, `top`; `box`:
    the same as shares; `mask`: uint8 of the size of `photo`, 255 where there is colour; null
    without a border. `reach`: the constants of hint_spread.py. `likely`: of a coarse grid over the
    same picture, rows first, the likely colours of each place with their names, likeliest first;
    null for networks that do not tell. `proposals`: sets of hints for other colours of the whole
    picture at this vividness, each with the `given` ones; see proposals.py.
    """
    prediction = predicted.prediction
    if not prediction.takes_hints:
        return None
    cells = predicted.cells
    inside, (rows, columns) = predicted.inside, predicted.guide.shape
    whole = inside.mask.shape if inside else (rows, columns)
    step = prediction.ab_step
    return {
        "height": cells.shape[0],
        "width": cells.shape[1],
        "channels": cells.features.shape[1],
        "features": packed(cells.features),
        "feature_scales": [float(scale) for scale in cells.scales],
        "spread": packed(cells.spread),
        "light": packed(resize(predicted.guide, *cells.shape)),
        "faithful": packed(prediction.ab_faithful),
        "step": None if step is None else packed(step),
        "guide": {
            "height": rows,
            "width": columns,
            "light": as_bytes(predicted.guide / np.float32(100)),
        },
        "photo": {"height": whole[0], "width": whole[1]},
        "left": inside.columns.start if inside else 0,
        "top": inside.rows.start if inside else 0,
        "box": list(inside.box if inside else WHOLE),
        "mask": as_bytes(inside.mask) if inside else None,
        "reach": {
            "distance": spread.DISTANCE,
            "side": spread.SIDE,
            "everywhere": spread.EVERYWHERE,
            "locally": spread.LOCALLY,
            "neighbours": spread.NEIGHBOURS,
            "different": spread.DIFFERENT,
            "ridge": spread.RIDGE,
            "most": MOST_HINTS,
        },
        "likely": likely_layer(predicted),
        "proposals": [plain(hints) for hints in proposals(predicted, vividness, given=given)],
    }


def likely_layer(predicted: Predicted) -> dict[str, Any] | None:
    grid = likely_grid(predicted.prediction, predicted.guide)
    if grid is None:
        return None
    height, width, places = grid
    colours = [[asdict(each) for each in place] for place in places]
    return {"height": height, "width": width, "colours": colours}


def as_bytes(shares: Plane) -> str:
    return packed(np.rint(shares * 255).clip(0, 255).astype(np.uint8))


def packed(values: Any) -> str:
    return to_base64(np.ascontiguousarray(values).tobytes())
