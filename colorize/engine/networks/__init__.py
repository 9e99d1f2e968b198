"""Loads networks by name, each once a process. Knows no Django."""

import os
import threading
from dataclasses import replace
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
from colorize.engine.networks.runtimes import (
    QUICKEST,
    RUNTIMES,
    is_installed,
    keep_sessions_in_child,
)

__all__ = [
    "Bounds",
    "Entry",
    "Network",
    "NetworkError",
    "Prediction",
    "forget",
    "load",
    "present",
    "read",
    "read_manifest",
]


class NetworkError(Exception):
    """The network is unknown, missing, altered or broken; the message says which."""


_cache = Cache()


def load(folder: Path, name: str, bounds: Bounds = UNBOUNDED) -> Network:
    """The network `name` of the manifest in `folder`. Its file is read and checked on the first
    call, and again after it has been unloaded as `bounds` say.

    Raises NetworkError.
    """

    def read_it() -> tuple[Network, int]:
        entry = find(folder, name)
        return start(entry), entry.size

    return _cache.get((folder, name), read_it, bounds)


def forget() -> None:
    """Unload all networks; each is read again when it is needed."""
    global _cache
    _cache = Cache()


def present(folder: Path) -> list[Entry]:
    """The networks whose files exist. Raises NetworkError."""
    try:
        return [entry for entry in read_manifest(folder).values() if entry.present]
    except ManifestError as problem:
        raise NetworkError(str(problem)) from problem


def read(folder: Path, name: str, *, quick: bool = False) -> Network:
    """Like `load`, but always reads from disk. `quick`: for very many photos, by onnxruntime if it
    is installed: half the time for each, more to begin with. Raises NetworkError."""
    entry = find(folder, name)
    return start(quickest(entry) if quick else entry)


def quickest(entry: Entry) -> Entry:
    return replace(entry, runtime=QUICKEST) if is_installed(QUICKEST) else entry


def find(folder: Path, name: str) -> Entry:
    """Raises NetworkError."""
    try:
        return read_manifest(folder)[name]
    except KeyError as problem:
        raise NetworkError(f"there is no network “{name}”.") from problem
    except ManifestError as problem:
        raise NetworkError(str(problem)) from problem


def start(entry: Entry) -> Network:
    """Verify the entry's file and load the network in it. Raises NetworkError."""
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
    return OnnxNetwork(entry.name, session, entry.input_side, entry.doubt)


def _before_fork() -> None:
    """Stop OpenCV's threads before a fork: a lock that one of them holds would stay locked in the
    child for ever. One fork at a time, or the second would take the first's pause for the usual
    number of threads."""
    global _threads
    _forking.acquire()
    _threads = cv2.getNumThreads()
    cv2.setNumThreads(1)


def _after_fork() -> None:
    cv2.setNumThreads(_threads)
    _forking.release()


def _after_fork_in_child() -> None:
    """Let a forked child load its own networks: the parent's may have locks that stay held for
    ever, and half-written buffers."""
    global _cache
    keep_sessions_in_child()
    _cache = Cache()
    _after_fork()


_forking = threading.Lock()
_threads: int
os.register_at_fork(
    before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork_in_child
)
