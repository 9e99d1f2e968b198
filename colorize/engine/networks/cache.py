"""The networks that are loaded, and how long they stay so. Knows no Django."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TypeAlias
from weakref import WeakValueDictionary

from colorize.engine.networks.base import Network
from colorize.engine.networks.onnx import give_memory_back

# The folder of the manifest, and the network's name.
Key: TypeAlias = tuple[Path, str]


@dataclass(frozen=True)
class Bounds:
    """Which networks stay loaded: `resident`, always, and the others for `seconds` after they were
    last asked for, as many as have `total_size` bytes of files; the last one in any case."""

    resident: str = ""
    total_size: float = inf
    seconds: float = inf


UNBOUNDED = Bounds()


@dataclass
class Loaded:
    """`size` of its file in bytes; `asked` by time.monotonic."""

    network: Network
    size: int
    asked: float


class Cache:
    """Loads each network once. Nobody waits while another network than theirs is being loaded.

    A network that is let go while a photo is in it lives on until that photo is done, and is taken
    back if it is asked for before.
    """

    def __init__(self) -> None:
        # The one longest not asked for comes first.
        self._loaded: dict[Key, Loaded] = {}
        self._alive: WeakValueDictionary[Key, Network] = WeakValueDictionary()
        self._sizes: dict[Key, int] = {}
        self._loading: dict[Key, threading.Lock] = {}
        self._timer: threading.Timer | None = None
        # Held for moments, never while a file is read.
        self._lock = threading.Lock()

    def get(
        self, key: Key, read: Callable[[], tuple[Network, int]], bounds: Bounds = UNBOUNDED
    ) -> Network:
        """The network, by `read` (itself, and the bytes of its file) where it is not loaded.

        Raises what `read` does.
        """
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        network = self._find(key, bounds)
        if network is None:
            with loading:
                network = self._find(key, bounds)
                if network is None:
                    network, size = read()
                    self._keep(key, network, size, bounds)
        return network

    def _find(self, key: Key, bounds: Bounds) -> Network | None:
        network = self._alive.get(key)
        if network is not None:
            self._keep(key, network, self._sizes[key], bounds)
        return network

    def _keep(self, key: Key, network: Network, size: int, bounds: Bounds) -> None:
        with self._lock:
            self._loaded.pop(key, None)
            self._loaded[key] = Loaded(network, size, time.monotonic())
            self._alive[key], self._sizes[key] = network, size
            gone = self._take_out(bounds)
            self._wait(bounds)
        let_go(gone)

    def _take_out(self, bounds: Bounds) -> list[Loaded]:
        """Those that must go. With the lock held."""
        others = self._others(bounds)
        too_many = sum(self._loaded[key].size for key in others) - bounds.total_size
        expired = time.monotonic() - bounds.seconds
        gone = []
        for key in others:
            if self._loaded[key].asked <= expired or (too_many > 0 and key != others[-1]):
                too_many -= self._loaded[key].size
                gone.append(self._loaded.pop(key))
        return gone

    def _others(self, bounds: Bounds) -> list[Key]:
        return [key for key in self._loaded if key[1] != bounds.resident]

    def _wait(self, bounds: Bounds) -> None:
        """Has somebody look again when the next one runs out. With the lock held."""
        others = self._others(bounds)
        if self._timer is None and others and bounds.seconds < inf:
            left = self._loaded[others[0]].asked + bounds.seconds - time.monotonic()
            self._timer = threading.Timer(max(left, 0), self._tick, [bounds])
            self._timer.daemon = True
            self._timer.start()

    def _tick(self, bounds: Bounds) -> None:
        with self._lock:
            self._timer = None
            gone = self._take_out(bounds)
            self._wait(bounds)
        let_go(gone)


def let_go(gone: list[Loaded]) -> None:
    """Frees their memory, but for what is in use. Takes its time: not with the lock held."""
    if gone:
        gone.clear()
        give_memory_back()
