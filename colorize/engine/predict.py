"""What a network says about a photo: from lightness to ab planes at the guide's size."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from colorize.engine.borders import Inside
from colorize.engine.doubt import Doubt
from colorize.engine.errors import BadOption
from colorize.engine.hint_spread import WHOLE, Cells, hinted
from colorize.engine.hints import Hint
from colorize.engine.networks import Network, Prediction
from colorize.engine.noticed import Noticed
from colorize.engine.planes import Plane, fit, resize
from colorize.engine.render import guide, upsample_ab
from colorize.engine.tones import Tones
from colorize.engine.turned import look

# The sides of a network's input are multiples of this.
STEP = 32
# OpenCV 5.0 gives wrong results (50 Lab units off) for an input one step high and wider.
LEAST = 64
# The largest ratio of the sides of a network's input.
PANORAMA = 4


@dataclass(frozen=True)
class Predicted:
    """A network's prediction for a photo. `guide`: L at the size of the edge-aware step, of the
    picture inside the border if one was found, with the tones that the network knows;
    `tones`: the picture's own; `inside`: where it lies in the photo, None without a border."""

    guide: Plane
    tones: Tones
    prediction: Prediction
    noticed: Noticed = field(default_factory=Noticed)
    inside: Inside | None = None

    def mix(self, vividness: float) -> tuple[Plane, Plane | None]:
        """The ab planes at this vividness, at the guide's size, and what a step of 1 in vividness
        adds to them (None for networks without vividness)."""
        ab, step = self.prediction.ab(vividness), self.prediction.ab_step
        if step is None:
            return self.upsampled(ab), None
        planes = self.upsampled(np.concatenate([ab, step], axis=2))
        return planes[..., :2], planes[..., 2:]

    def upsampled(self, planes: Plane) -> Plane:
        """Planes of the whole photo, at the guide's size; zero in a border, which stays grey."""
        planes = upsample_ab(planes, self.guide)
        return planes if self.inside is None else self.inside.put_back(planes)

    def hinted(self, hints: Sequence[Hint]) -> "Predicted":
        """Brought to the hints. Raises BadOption if the network takes none."""
        if not hints:
            return self
        if not self.prediction.takes_hints:
            raise BadOption(name="hints", reason="this network takes no colour hints.")
        inside = self.inside.box if self.inside else WHOLE
        return replace(self, prediction=hinted(self.prediction, self.cells, hints, inside))

    @cached_property
    def cells(self) -> Cells:
        """What hints spread along, of a network that takes them."""
        return Cells.of(self.prediction, self.guide)

    @property
    def confidence(self) -> Plane | None:
        """The network's, of the whole photo; NaN in a border."""
        confidence = self.prediction.confidence
        if confidence is None or self.inside is None:
            return confidence
        return self.inside.put_back_map(confidence)


def predict(
    L: Plane,
    network: Network,
    side: int | None = None,
    *,
    stretch: bool = True,
    borders: bool = False,
) -> Predicted:
    """`L`: (h, w) float32, 0..100. `side`: of the network's input, if not its usual one. `stretch`:
    show it faded and dark photos with full contrast. `borders`: look for one, and show the network
    the picture inside only."""
    small = guide(L)
    inside = Inside.found(small) if borders else None
    part = inside.cut(small) if inside else small
    tones = Tones.of(inside.pixels(small) if inside else small)
    known = tones.stretched(part) if stretch else part
    seen = network_input(known, side or network.input_side)
    prediction = network.predict(seen)
    turn, negative = look(seen, prediction, network)
    noticed = Noticed(
        border=inside.box if inside else None,
        turn=turn,
        negative=negative,
        faded=tones.faded,
        dark=tones.dark,
    )
    return Predicted(known, tones, doubted(prediction, network.doubt, tones), noticed, inside)


def doubted(prediction: Prediction, doubt: Doubt, tones: Tones) -> Prediction:
    """The prediction, less sure if the photo is faded or dark."""
    if prediction.confidence is None:
        return prediction
    return replace(prediction, confidence=doubt.lowered(prediction.confidence, tones))


def network_input(L: Plane, side: int) -> Plane:
    """L at the network's size in the photo's shape: multiples of STEP, at least LEAST."""
    return resize(L, *network_size(L.shape[0], L.shape[1], side))


def network_size(height: int, width: int, side: int) -> tuple[int, int]:
    """Of the network's input for a picture of this shape."""
    height, width = fit(height, width, side, PANORAMA * side, STEP)
    return max(height, LEAST), max(width, LEAST)
