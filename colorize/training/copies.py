"""Finds copies of photos, also at another size or quality, or mirrored. Needs no torch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from colorize.engine.planes import Pixels

# Two 64-bit hashes that differ in at most this many bits are of the same photo. Then at least one
# of their four quarters is equal.
REACH = 3
QUARTERS = 4


def hashes(rgb: Pixels) -> tuple[int, int]:
    """Difference hashes of a photo (h, w, 3) and its mirror image: for 8 x 8 places, whether it
    gets lighter to the right."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    return difference_hash(small), difference_hash(small[:, ::-1])


def difference_hash(small: np.ndarray) -> int:
    """The hash of (8, 9) grey values."""
    lighter = small[:, 1:] > small[:, :-1]
    return int.from_bytes(np.packbits(lighter).tobytes(), "big")


class Copies:
    """A set of hashes that finds near matches."""

    def __init__(self) -> None:
        self.tables: dict[tuple[int, int], list[int]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self.tables)

    def add(self, photo: int) -> None:
        for key in keys(photo):
            self.tables[key].append(photo)

    def has(self, photos: Iterable[int]) -> bool:
        """Whether any of these hashes (of a photo and its mirror image) is close to one in the
        set."""
        return any(
            (photo ^ other).bit_count() <= REACH
            for photo in photos
            for key in keys(photo)
            for other in self.tables.get(key, ())
        )


def keys(photo: int) -> Iterator[tuple[int, int]]:
    for quarter in range(QUARTERS):
        yield quarter, photo >> 16 * quarter & 0xFFFF
