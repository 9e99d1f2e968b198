"""A network in an ONNX file that keeps the contract itself. Knows no Django."""

import ctypes
import sys
import threading
from typing import Any

import numpy as np

from colorize.engine.doubt import NO_DOUBT, Doubt
from colorize.engine.networks.base import Prediction, Session, UnfitError
from colorize.engine.planes import Plane

# Planes at a quarter of the input's size: the answer, and what hints need; what is said of the
# whole photo; and what is the same for every photo.
OUTPUTS = ("ab_vivid", "ab_faithful", "confidence")
PLANES = (*OUTPUTS, "features", "variance")
SEEN = ("turn", "negative")
READOUT = "readout"
# Parameters of glibc's malloc.h, with values in bytes.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT, LARGE = 128 << 20, 12 << 20


class OnnxNetwork:
    """Input `L` (1, 1, h, w); outputs like `Prediction`, channels first.

    All outputs but `ab_faithful` are optional. Raises UnfitError if the file is not such a network.
    Only one forward pass runs at a time: OpenCV's networks are not thread-safe, and each pass uses
    all cores anyway.
    """

    def __init__(
        self, name: str, session: Session, input_side: int, doubt: Doubt = NO_DOUBT
    ) -> None:
        self.name = name
        self.input_side = input_side
        self.doubt = doubt
        self._session = session
        known = (*PLANES, *SEEN)
        self._outputs = [output for output in known if output in session.outputs]
        self._lock = threading.Lock()
        if "ab_faithful" not in self._outputs:
            raise UnfitError("it has no output “ab_faithful”.")
        self._readout = self._constant(READOUT)
        self.predict(np.full((64, 64), 50, np.float32))

    def predict(self, L: Plane) -> Prediction:
        """See Network.predict."""
        with self._lock:
            outputs = self._session.run(L[None, None], "L", self._outputs)
        found = dict(zip(self._outputs, (output[0] for output in outputs), strict=True))
        planes = {name: found[name].transpose(1, 2, 0) for name in PLANES if name in found}
        planes |= {name: np.ascontiguousarray(planes[name]) for name in OUTPUTS if name in found}
        confidence, variance = planes.get("confidence"), planes.get("variance")
        negative = found.get("negative")
        return Prediction(
            ab_faithful=planes["ab_faithful"],
            ab_vivid=planes.get("ab_vivid"),
            confidence=None if confidence is None else confidence[..., 0],
            turn=found.get("turn"),
            negative=None if negative is None else float(negative[0]),
            features=planes.get("features"),
            variance=None if variance is None else variance[..., 0],
            readout=self._readout,
        )

    def _constant(self, name: str) -> Plane | None:
        """An output that no input changes; None if the file has none of this name."""
        if name not in self._session.outputs:
            return None
        return self._session.run(np.full((1, 1, 64, 64), 50, np.float32), "L", [name])[0]


def reuse_memory() -> None:
    """Let glibc keep up to 128 MB of a pass's buffers for the next pass.

    Otherwise it returns them to the system, which must clear each page before reuse: a pass then
    takes 53 ms instead of 35. The memory of large photos is still returned at once: Pillow keeps
    them in blocks of just under 16 MB. Does nothing with another C library.
    """
    if (mallopt := glibc("mallopt")) is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def give_memory_back() -> None:
    """Let glibc return unused memory to the system, after a network is unloaded or a large photo is
    done."""
    if (malloc_trim := glibc("malloc_trim")) is not None:
        malloc_trim(0)


def glibc(name: str) -> Any:
    """A function of glibc; None with another C library."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
