"""What every network promises, and what it stands on. Knows no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from colorize.engine.planes import Plane


class UnfitError(Exception):
    """The file is no network of the kind that its entry says, or cannot be run; says by whom."""


@dataclass(frozen=True)
class Prediction:
    """What a network says of a photo, at a quarter of its input size.

    `ab_faithful`, `ab_vivid`: (h/4, w/4, 2) float32 in Lab units, from the plain mean of the colour
    distribution and from a livelier one; `ab_vivid` is None where the network has one answer only.
    `confidence`: (h/4, w/4) float32, 0..1, or None where the network does not say how sure it is.
    What is None is so by the network's kind, for every photo alike.
    """

    ab_faithful: Plane
    ab_vivid: Plane | None
    confidence: Plane | None


class Network(Protocol):
    """Safe to call from threads and after a fork."""

    @property
    def name(self) -> str: ...

    @property
    def input_side(self) -> int:
        """The length in pixels of the short side that the network sees best."""
        ...

    def predict(self, L: Plane) -> Prediction:
        """`L`: (h, w) float32, 0..100, both sides multiples of 32."""
        ...


class Session(Protocol):
    """An ONNX file, loaded. Not to be shared between threads without a lock."""

    @property
    def outputs(self) -> Sequence[str]:
        """The names of all that it answers."""
        ...

    def run(self, planes: Plane, source: str, outputs: Sequence[str]) -> list[Plane]:
        """Feeds `planes` (1, channels, h, w) into the input `source` (the only one where empty),
        and answers the `outputs`, float32. Raises UnfitError."""
        ...
