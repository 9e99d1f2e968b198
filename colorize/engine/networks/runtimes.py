"""Run ONNX files with OpenCV, or optionally with onnxruntime. Knows no Django."""

import ctypes
import os
import weakref
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from colorize.engine.networks.base import Session, UnfitError
from colorize.engine.networks.onnx import reuse_memory
from colorize.engine.planes import Plane


class OpenCvSession:
    """See Session. Raises UnfitError if OpenCV cannot read the file."""

    def __init__(self, path: Path) -> None:
        reuse_memory()
        try:
            self._net = cv2.dnn.readNetFromONNX(str(path))
        except cv2.error as problem:
            raise UnfitError("OpenCV cannot run it.") from problem
        self.outputs = tuple(self._net.getUnconnectedOutLayersNames())

    def run(self, planes: Plane, source: str, outputs: Sequence[str]) -> list[Plane]:
        """See Session.run."""
        try:
            self._net.setInput(planes, source)
            # OpenCV 5 wants to be asked for all of them.
            found = dict(zip(self.outputs, self._net.forward(self.outputs), strict=True))
            return [np.asarray(found[name], np.float32) for name in outputs]
        except cv2.error as problem:
            raise UnfitError("OpenCV cannot run it.") from problem


class OrtSession:
    """See Session. Raises UnfitError if onnxruntime cannot read the file.

    Uses as many threads as OpenCV, without spinning: for some milliseconds after a pass, spinning
    threads would slow down what comes next.
    """

    def __init__(self, path: Path) -> None:
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cv2.getNumThreads()
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        # It raises a dozen kinds of error with only Exception in common.
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:
            raise UnfitError("onnxruntime cannot run it.") from problem
        _sessions.add(self._session)
        self._input = self._session.get_inputs()[0].name
        self.outputs = tuple(output.name for output in self._session.get_outputs())

    def run(self, planes: Plane, source: str, outputs: Sequence[str]) -> list[Plane]:
        """See Session.run."""
        try:
            answers = self._session.run(outputs, {source or self._input: planes})
        except Exception as problem:
            raise UnfitError("onnxruntime cannot run it.") from problem
        return [np.asarray(answer, np.float32) for answer in answers]


def import_onnxruntime() -> Any:
    """Import onnxruntime with its telemetry turned off: official builds send usage data to their
    maker unless told not to before the import."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


_sessions: weakref.WeakSet[Any] = weakref.WeakSet()


def keep_sessions_in_child() -> None:
    """Call this in a forked child. It has the parent's sessions without their threads, and such a
    session would wait for its threads for ever when deleted, so keep it alive."""
    for session in _sessions:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(session))


RUNTIMES: dict[str, Callable[[Path], Session]] = {
    "opencv": OpenCvSession,
    "onnxruntime": OrtSession,
}
QUICKEST = "onnxruntime"
# Optional runtimes: the module they need, and the requirements file that installs it.
OPTIONAL = {QUICKEST: "requirements-onnxruntime.txt"}


def is_installed(runtime: str) -> bool:
    """Checks without importing, so that a process that will fork has none of its threads."""
    return runtime not in OPTIONAL or find_spec(runtime) is not None
