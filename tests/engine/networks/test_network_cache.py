"""Networks are loaded once, without making others wait, and let go when they are not needed."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from colorize import service
from colorize.engine import networks
from colorize.engine.networks import Bounds, Network
from colorize.engine.networks.cache import UNBOUNDED, Cache, Key
from tests.engine.networks.made_up import write_native
from tests.engine.networks.test_generic_networks import about, write_entries
from tests.fakes import FakeNetwork

FOLDER = Path("models")


class Reader:
    """Stands for the disk: makes networks of a size, and counts how often each was read."""

    def __init__(self, cache: Cache, bounds: Bounds = UNBOUNDED) -> None:
        self.cache, self.bounds = cache, bounds
        self.read: list[str] = []

    def get(self, name: str, size: int = 10) -> Network:
        def read() -> tuple[Network, int]:
            self.read.append(name)
            return FakeNetwork(), size

        return self.cache.get((FOLDER, name), read, self.bounds)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_loaded_network_is_had_while_another_is_being_loaded() -> None:
    cache, asked, go_on = Cache(), threading.Event(), threading.Event()
    ready = Reader(cache).get("ready")

    def slow() -> tuple[Network, int]:
        asked.set()
        assert go_on.wait(10)
        return FakeNetwork(), 1

    key: Key = (FOLDER, "slow")
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(cache.get, key, slow) for _ in range(2)]
        assert asked.wait(10)
        quick = pool.submit(Reader(cache).get, "ready")
        try:
            assert quick.result(10) is ready
            assert Reader(cache).get("third") is not ready
            assert not any(one.done() for one in waiting)
        finally:
            go_on.set()
        assert waiting[0].result(10) is waiting[1].result(10)


def test_a_network_that_could_not_be_read_is_read_again() -> None:
    cache = Cache()

    def fail() -> tuple[Network, int]:
        raise networks.NetworkError("it is missing.")

    for _ in range(2):
        with pytest.raises(networks.NetworkError):
            cache.get((FOLDER, "a"), fail)
    assert Reader(cache).get("a")


def test_over_the_bound_those_longest_unused_go_and_the_default_never() -> None:
    disk = Reader(Cache(), Bounds(resident="default", total_size=25))
    for name in ("default", "a", "b", "a", "c"):
        disk.get(name)
    # b went for c.
    disk.read.clear()
    for name in ("default", "a", "c", "b"):
        disk.get(name)
    assert disk.read == ["b"]


def test_a_network_larger_than_the_bound_stays_until_the_next() -> None:
    disk = Reader(Cache(), Bounds(resident="default", total_size=25))
    disk.get("large", 90)
    disk.get("default")
    disk.get("large", 90)
    assert disk.read == ["large", "default"]
    gone = ref(disk.get("large", 90))
    disk.get("a")
    assert gone() is None


def test_what_nobody_asked_for_goes_by_itself_and_the_default_stays() -> None:
    disk = Reader(Cache(), Bounds(resident="default", seconds=0.05))
    stays, goes = ref(disk.get("default")), [ref(disk.get("a")), ref(disk.get("b"))]
    until(lambda: not any(one() for one in goes))
    assert stays() is not None
    # And again, for those that come later.
    later = ref(disk.get("c"))
    until(lambda: later() is None)


def test_a_network_in_use_outlives_its_place_and_is_not_loaded_twice() -> None:
    disk = Reader(Cache(), Bounds(total_size=5))
    in_use = disk.get("a")
    disk.get("b")
    assert disk.get("a") is in_use
    assert disk.read == ["a", "b"]


def test_many_threads_and_few_places_load_what_each_asked_for() -> None:
    disk = Reader(Cache(), Bounds(resident="n0", total_size=15, seconds=0.01))

    def work(n: int) -> bool:
        network = disk.get(f"n{n % 4}")
        time.sleep(0.001 * (n % 3))
        return disk.cache.get((FOLDER, f"n{n % 4}"), pytest.fail, disk.bounds) is network

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))


@pytest.mark.parametrize("megabytes", [300, 0])
def test_the_settings_bound_what_the_service_keeps(
    megabytes: int, tmp_path: Path, settings: Any
) -> None:
    for name in ("one", "two", "three"):
        write_native(tmp_path / f"{name}.onnx", {"ab_faithful": 2})
    write_entries(tmp_path, *(about(tmp_path / f"{name}.onnx") for name in ("one", "two", "three")))
    settings.MODELS_DIR, settings.NETWORK = tmp_path, "one"
    settings.NETWORKS_MEGABYTES = megabytes
    loaded = [ref(service.load_network(name)) for name in ("", "two", "three")]
    assert [one() is not None for one in loaded] == [True, megabytes > 0, True]
