"""A network in an ONNX file, run by OpenCV."""

import ctypes
import sys
import threading
from pathlib import Path

import cv2
import numpy as np

from colorize.networks.base import Prediction
from colorize.planes import Plane

OUTPUTS = ("ab_vivid", "ab_faithful", "confidence")
# Of glibc's malloc.h: parameters, and values in bytes.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT, LARGE = 128 << 20, 32 << 20


class OnnxNetwork:
    """Input `L` (1, 1, h, w); outputs as `Prediction` says, channels first.

    Raises cv2.error where the file is no such network. One forward pass runs at a time: OpenCV's
    networks are not safe to share between threads, and each pass uses all cores anyway.
    """

    def __init__(self, name: str, path: Path, input_side: int) -> None:
        reuse_memory()
        self.name = name
        self.input_side = input_side
        self._net = cv2.dnn.readNetFromONNX(str(path))
        self._lock = threading.Lock()
        self.predict(np.full((64, 64), 50, np.float32))

    def predict(self, L: Plane) -> Prediction:
        """See Network.predict."""
        with self._lock:
            self._net.setInput(L[None, None], "L")
            outputs = [np.array(output[0]) for output in self._net.forward(OUTPUTS)]
        vivid, faithful, confidence = outputs
        return Prediction(
            ab_vivid=np.ascontiguousarray(vivid.transpose(1, 2, 0)),
            ab_faithful=np.ascontiguousarray(faithful.transpose(1, 2, 0)),
            confidence=confidence[0],
        )


def reuse_memory() -> None:
    """Have glibc keep a pass's buffers for the next pass, 128 MB at most.

    It would hand them back to the system, which clears every page before it lends it again: a pass
    takes 53 ms instead of 35. Planes of large photos (from 32 MB) are still handed back. Nothing
    happens where there is another C library.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)
