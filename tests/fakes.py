"""A network whose answer is known beforehand."""

import threading
import time
from dataclasses import replace

import numpy as np

from colorize.engine.doubt import Doubt
from colorize.engine.networks import Prediction
from colorize.engine.networks.bins import CENTRES
from colorize.engine.planes import Plane, resize


class FakeNetwork:
    """Says the same two colours and the same confidence everywhere, and counts who asks."""

    name = "colornet"
    input_side = 64
    doubt = Doubt(faded=0.5, dark=1.0)

    def __init__(
        self,
        faithful: tuple[float, float] = (10, 20),
        vivid: tuple[float, float] | None = (20, 40),
        confidence: float | None = 0.75,
        seconds: float = 0,
    ) -> None:
        self.faithful, self.vivid, self.confidence = faithful, vivid, confidence
        self.seconds = seconds
        self.shapes: list[tuple[int, ...]] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def predict(self, L: Plane) -> Prediction:
        with self._lock:
            self.shapes.append(L.shape)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.seconds)
        with self._lock:
            self.at_once -= 1
        height, width = L.shape[0] // 4, L.shape[1] // 4

        def plane(value: float | tuple[float, float]) -> Plane:
            return np.full((height, width, *np.shape(value)), value, np.float32)

        return Prediction(
            ab_faithful=plane(self.faithful),
            ab_vivid=None if self.vivid is None else plane(self.vivid),
            confidence=None if self.confidence is None else plane(self.confidence),
        )


class SeeingNetwork(FakeNetwork):
    """Takes photos for upright where their lightest side is above, and for negatives where they are
    dark."""

    def predict(self, L: Plane) -> Prediction:
        third = (L.shape[0] // 3, L.shape[1] // 3)
        above, left = L[: third[0]].mean(), L[:, : third[1]].mean()
        below, right = L[-third[0] :].mean(), L[:, -third[1] :].mean()
        turn = np.full(4, 0.01, np.float32)
        turn[int(np.argmax([above, left, below, right]))] = 0.97
        negative = 0.99 if L.mean() < 50 else 0.01
        return replace(super().predict(L), turn=turn, negative=negative)


class HintableNetwork(FakeNetwork):
    """Finds places alike that are both light or both dark."""

    def predict(self, L: Plane) -> Prediction:
        prediction = super().predict(L)
        height, width = prediction.ab_faithful.shape[:2]
        light = resize(L, height, width) > 50
        features = np.dstack([light, ~light]).astype(np.float32)
        variance = np.full((height, width), 100, np.float32)
        return replace(prediction, features=features, variance=variance)


class ProposingNetwork(HintableNetwork):
    """Also tells what else is likely: red where it is dark, blue where it is light, or neither."""

    def predict(self, L: Plane) -> Prediction:
        reds = CENTRES @ np.array([[0.05, 0], [0, -0.05]], np.float32)
        bias = -(CENTRES**2).sum(axis=1, keepdims=True) / 4000
        readout = np.hstack([reds, bias]).astype(np.float32)
        return replace(super().predict(L), readout=readout)
