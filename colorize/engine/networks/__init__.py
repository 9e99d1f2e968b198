"""Name -> network, loaded once a process. Knows no Django."""

import os
import threading
from pathlib import Path

import cv2

from colorize.engine.networks.base import Network, Prediction, UnfitError
from colorize.engine.networks.cache import UNBOUNDED, Bounds, Cache
from colorize.engine.networks.generic import GenericOnnxNetwork
from colorize.engine.networks.manifest import (
    Entry,
    ManifestError,
    RuntimeMissingError,
    WeightsAlteredError,
    WeightsMissingError,
    read_manifest,
)
from colorize.engine.networks.onnx import OnnxNetwork
from colorize.engine.networks.runtimes import RUNTIMES, keep_sessions_in_child

__all__ = [
    "Bounds",
    "Entry",
    "Network",
    "NetworkError",
    "Prediction",
    "load",
    "present",
    "read",
    "read_manifest",
]


class NetworkError(Exception):
    """A network that is not known, not there, altered or broken; the message says which."""


_cache = Cache()


def load(folder: Path, name: str, bounds: Bounds = UNBOUNDED) -> Network:
    """The network `name` of the manifest in `folder`; the first call reads and checks its file, and
    so does one after it was let go, as `bounds` say.

    Raises NetworkError.
    """

    def read_it() -> tuple[Network, int]:
        entry = find(folder, name)
        return start(entry), entry.size

    return _cache.get((folder, name), read_it, bounds)


def present(folder: Path) -> list[Entry]:
    """The networks whose files are there. Raises NetworkError."""
    try:
        return [entry for entry in read_manifest(folder).values() if entry.present]
    except ManifestError as problem:
        raise NetworkError(str(problem)) from problem


def read(folder: Path, name: str) -> Network:
    """As `load`, from the disk in any case. Raises NetworkError."""
    return start(find(folder, name))


def find(folder: Path, name: str) -> Entry:
    """Raises NetworkError."""
    try:
        return read_manifest(folder)[name]
    except KeyError as problem:
        raise NetworkError(f"there is no network “{name}”.") from problem
    except ManifestError as problem:
        raise NetworkError(str(problem)) from problem


def start(entry: Entry) -> Network:
    """The network in the entry's file, once that is known to be the right one. Raises
    NetworkError."""
    try:
        entry.verify()
        entry.require_runtime()
        return run(entry)
    except (WeightsMissingError, WeightsAlteredError, RuntimeMissingError) as problem:
        raise NetworkError(str(problem)) from problem
    except UnfitError as problem:
        raise NetworkError(f"the network “{entry.name}” cannot be used: {problem}") from problem


def run(entry: Entry) -> Network:
    """The network in the entry's file. Raises UnfitError."""
    session = RUNTIMES[entry.runtime](entry.path)
    if entry.preprocess:
        return GenericOnnxNetwork(entry.name, session, entry.input_side, entry.preprocess)
    return OnnxNetwork(entry.name, session, entry.input_side)


def _before_fork() -> None:
    """A thread of OpenCV's that holds a lock as the process forks leaves it held in the child,
    which then waits for ever. They take locks when they fall idle, and idle they can be ended. One
    fork at a time, or the second would take the first's pause for the number of threads wanted."""
    global _threads
    _forking.acquire()
    _threads = cv2.getNumThreads()
    cv2.setNumThreads(1)


def _after_fork() -> None:
    cv2.setNumThreads(_threads)
    _forking.release()


def _after_fork_in_child() -> None:
    """A forked child loads its own: a lock held by one of the parent's threads stays held in the
    child for ever, and so may the network's buffers be half-written."""
    global _cache
    keep_sessions_in_child()
    _cache = Cache()
    _after_fork()


_forking = threading.Lock()
_threads: int
os.register_at_fork(
    before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork_in_child
)
