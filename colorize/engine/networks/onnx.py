"""A network in an ONNX file that keeps the contract by itself. Knows no Django."""

import ctypes
import sys
import threading
from typing import Any

import numpy as np

from colorize.engine.networks.base import Prediction, Session, UnfitError
from colorize.engine.planes import Plane

OUTPUTS = ("ab_vivid", "ab_faithful", "confidence")
# Of glibc's malloc.h: parameters, and values in bytes.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT, LARGE = 128 << 20, 12 << 20


class OnnxNetwork:
    """Input `L` (1, 1, h, w); outputs as `Prediction` says, channels first.

    Which of `ab_vivid` and `confidence` the file has declares what the network can say. Raises
    UnfitError where the file is no such network. One forward pass runs at a time: OpenCV's networks
    are not safe to share between threads, and each pass uses all cores anyway.
    """

    def __init__(self, name: str, session: Session, input_side: int) -> None:
        self.name = name
        self.input_side = input_side
        self._session = session
        self._outputs = [output for output in OUTPUTS if output in session.outputs]
        self._lock = threading.Lock()
        if "ab_faithful" not in self._outputs:
            raise UnfitError("it has no output “ab_faithful”.")
        self.predict(np.full((64, 64), 50, np.float32))

    def predict(self, L: Plane) -> Prediction:
        """See Network.predict."""
        with self._lock:
            outputs = self._session.run(L[None, None], "L", self._outputs)
        planes = {
            output: np.ascontiguousarray(plane[0].transpose(1, 2, 0))
            for output, plane in zip(self._outputs, outputs, strict=True)
        }
        confidence = planes.get("confidence")
        return Prediction(
            ab_faithful=planes["ab_faithful"],
            ab_vivid=planes.get("ab_vivid"),
            confidence=None if confidence is None else confidence[..., 0],
        )


def reuse_memory() -> None:
    """Have glibc keep a pass's buffers for the next pass, 128 MB at most.

    It would hand them back to the system, which clears every page before it lends it again: a pass
    takes 53 ms instead of 35. What large photos take is still handed back at once: Pillow holds
    them in blocks of just under 16 MB. Nothing happens where there is another C library.
    """
    if (mallopt := glibc("mallopt")) is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def give_memory_back() -> None:
    """Have glibc hand back to the system what it keeps without need: after a network has gone, or
    a large photo is done."""
    if (malloc_trim := glibc("malloc_trim")) is not None:
        malloc_trim(0)


def glibc(name: str) -> Any:
    """The function, None where there is another C library."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
