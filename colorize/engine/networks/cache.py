"""The cache of loaded networks. Knows no Django."""

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
    """Which networks stay loaded: `resident` always; others for `seconds` after their last use, up
    to `total_size` bytes of files. The last one used always stays."""

    resident: str = ""
    total_size: float = inf
    seconds: float = inf


UNBOUNDED = Bounds()


@dataclass
class Loaded:
    """`size`: of its file, in bytes. `asked`: last use, by time.monotonic."""

    network: Network
    size: int
    asked: float


class Cache:
    """Loads each network once. Loading one does not block the use of others.

    A network that is unloaded while it colours a photo lives until the photo is done, and returns
    to the cache if it is needed before that.
    """

    def __init__(self) -> None:
        # In order of their last use, oldest first.
        self._loaded: dict[Key, Loaded] = {}
        self._alive: WeakValueDictionary[Key, Network] = WeakValueDictionary()
        self._sizes: dict[Key, int] = {}
        self._loading: dict[Key, threading.Lock] = {}
        self._timer: threading.Timer | None = None
        # Held briefly, never while reading a file.
        self._lock = threading.Lock()

    def get(
        self, key: Key, read: Callable[[], tuple[Network, int]], bounds: Bounds = UNBOUNDED
    ) -> Network:
        """The network; if it is not loaded, by `read`, which returns it and the size of its file.

        Raises what `read` raises.
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
        """Remove and return the networks to unload. Call with the lock held."""
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
        """Set a timer for when the next network expires. Call with the lock held."""
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
    """Free the memory of networks that are not in use. Slow: call without the lock."""
    if gone:
        gone.clear()
        give_memory_back()
