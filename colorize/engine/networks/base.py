"""The contract of networks, and of the sessions that run them. Knows no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from colorize.engine.doubt import Doubt
from colorize.engine.planes import Plane


class UnfitError(Exception):
    """The file is not a network of the kind that its entry names, or cannot be run; the message
    names what could not run it."""


@dataclass(frozen=True)
class Prediction:
    """A network's prediction for a photo, at a quarter of its input size.

    `ab_faithful`, `ab_vivid`: (h/4, w/4, 2) float32 in Lab units, from the plain mean of the colour
    distribution and from a livelier one; `ab_vivid` is None for networks without vividness.
    `confidence`: (h/4, w/4) float32, 0..1, None for networks without confidence. `turn`: (4,)
    float32, the probability that 0, 90, 180 or 270 degrees clockwise make the photo upright, and
    `negative`: 0..1, the probability that it is one; None for networks that cannot tell. Which are
    None depends on the network only, not on the photo.

    For colour hints, None for networks without: `features`: (h/4, w/4, channels) float32, alike
    where the network takes things for alike; `variance`: (h/4, w/4) float32, of the distribution
    whose mean is `ab_faithful`, in squared Lab units; `readout`: (313, channels + 1) float32, a
    weight for each feature and a bias of each bin, the same for every photo: softmax(weights @
    features + bias) is that distribution at a place.
    """

    ab_faithful: Plane
    ab_vivid: Plane | None
    confidence: Plane | None
    turn: Plane | None = None
    negative: float | None = None
    features: Plane | None = None
    variance: Plane | None = None
    readout: Plane | None = None

    @property
    def takes_hints(self) -> bool:
        return self.features is not None and self.variance is not None

    @property
    def ab_step(self) -> Plane | None:
        """What a step of 1 in vividness adds; None for networks without vividness."""
        return None if self.ab_vivid is None else self.ab_vivid - self.ab_faithful

    def ab(self, vividness: float) -> Plane:
        step = self.ab_step
        return self.ab_faithful if step is None else self.ab_faithful + vividness * step


class Network(Protocol):
    """Safe to call from several threads, and after a fork."""

    @property
    def name(self) -> str: ...

    @property
    def input_side(self) -> int:
        """The best length of the short side of the input, in pixels."""
        ...

    @property
    def doubt(self) -> Doubt:
        """How much its confidence is lowered on faded and dark photos."""
        ...

    def predict(self, L: Plane) -> Prediction:
        """`L`: (h, w) float32, 0..100, both sides multiples of 32."""
        ...


class Session(Protocol):
    """A loaded ONNX file. Needs a lock if shared between threads."""

    @property
    def outputs(self) -> Sequence[str]:
        """The names of its outputs."""
        ...

    def run(self, planes: Plane, source: str, outputs: Sequence[str]) -> list[Plane]:
        """Run with `planes` (1, channels, h, w) as the input `source` (empty: the only one);
        returns the `outputs`, float32. Raises UnfitError."""
        ...
