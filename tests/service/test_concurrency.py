"""Who gets in, who waits and who hears that it is busy."""

import threading
import time
from contextlib import suppress
from math import inf
from typing import Any

import pytest

from colorize import service
from colorize.engine.concurrency import LEAST_PIXELS, ConcurrencyLimit, pixel_count
from colorize.engine.errors import Busy, WrongType
from tests.fakes import FakeNetwork
from tests.photos import photo

MEGA = 1_000_000


class Visitor:
    """Somebody with a photo of so many pixels, in a thread."""

    def __init__(self, places: ConcurrencyLimit, pixels: float) -> None:
        self.leave, self.inside = threading.Event(), threading.Event()

        def visit() -> None:
            with suppress(Busy), places.take(pixels):
                self.inside.set()
                self.leave.wait(10)

        self.thread = threading.Thread(target=visit)
        self.thread.start()

    def gets_in(self) -> bool:
        return self.inside.wait(5)

    def waits(self) -> bool:
        return not self.inside.wait(0.05)

    def go(self) -> None:
        self.leave.set()
        self.thread.join()


def test_places_are_counted_by_pixels() -> None:
    """Beside 20 of 40 megapixels there is room for two more of 10, and not for a third."""
    places = ConcurrencyLimit(40 * MEGA, 10, 10)
    visitors = [Visitor(places, pixels) for pixels in (20 * MEGA, 10 * MEGA, 1)]
    assert all(visitor.gets_in() for visitor in visitors)
    late = Visitor(places, 1)
    assert late.waits()
    visitors[0].go()
    assert late.gets_in()
    for visitor in (*visitors, late):
        visitor.go()


@pytest.mark.parametrize("pixels", [40 * MEGA, 400 * MEGA, inf])
def test_the_largest_and_what_is_not_known_get_in_alone(pixels: float) -> None:
    places = ConcurrencyLimit(40 * MEGA, 10, 10)
    large = Visitor(places, pixels)
    assert large.gets_in()
    small = Visitor(places, 1)
    assert small.waits()
    large.go()
    assert small.gets_in()
    small.go()


def test_a_budget_below_the_least_lets_one_in_at_a_time() -> None:
    places = ConcurrencyLimit(MEGA, 0, 10)
    first = Visitor(places, 1)
    assert first.gets_in()
    with pytest.raises(Busy), places.take(1):
        pass
    first.go()
    with places.take(1):
        pass


def test_a_large_photo_is_not_overtaken_by_small_ones() -> None:
    places = ConcurrencyLimit(40 * MEGA, 10, 10)
    first = Visitor(places, 1)
    assert first.gets_in()
    large = Visitor(places, 40 * MEGA)
    assert large.waits()
    second = Visitor(places, 1)
    assert second.waits()
    first.go()
    assert large.gets_in() and second.waits()
    large.go()
    assert second.gets_in()
    second.go()


def test_who_gives_up_does_not_block_those_behind() -> None:
    places = ConcurrencyLimit(40 * MEGA, 10, 1)
    first = Visitor(places, 30 * MEGA)
    assert first.gets_in()
    large = Visitor(places, 40 * MEGA)
    assert large.waits()
    time.sleep(0.5)  # by which the next one is ahead when the large one gives up
    second = Visitor(places, 1)
    large.thread.join()
    assert second.gets_in()
    first.go()
    second.go()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_pixels_are_known_by_the_header_alone(kind: str) -> None:
    assert pixel_count(photo(kind)[:-20]) == 96 * 64
    assert pixel_count(photo(kind)[:12]) == inf


def test_what_is_no_photo_waits_for_nobody(places: Any, slow_network: FakeNetwork) -> None:
    places(LEAST_PIXELS, 0, 0.1)
    first = threading.Thread(target=lambda: service.colorize(photo()))
    first.start()
    while not slow_network.at_once:
        pass
    with pytest.raises(WrongType):
        service.colorize(b"no photo")
    first.join()
