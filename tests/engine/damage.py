"""Damages files as disks, downloads and attackers do; the same each time."""

import random
from collections.abc import Iterator

from colorize.engine.errors import UserError
from colorize.engine.formats import Kind
from colorize.engine.photo import read_photo
from tests.photos import colourful, save


def damaged(data: bytes, copies: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Copies of a file, and how each is damaged."""
    chance = random.Random(seed)
    ways = (flipped, cut, other_head, zeroed, inserted)
    for n in range(copies):
        way = ways[n % len(ways)]
        yield f"{way.__name__} {n}", bytes(way(bytearray(data), chance))


def flipped(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 3, 10, 40])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(12, len(data))]


def other_head(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 2, 5])):
        value = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        data[chance.randrange(min(len(data), 300))] = value
    return data


def zeroed(data: bytearray, chance: random.Random) -> bytearray:
    at, size = chance.randrange(len(data)), chance.randrange(1, min(2000, len(data)))
    data[at : at + size] = bytes(len(data[at : at + size]))
    return data


def inserted(data: bytearray, chance: random.Random) -> bytearray:
    at = chance.randrange(len(data))
    data[at:at] = chance.randbytes(chance.randrange(1, 50))
    return data


def try_damaged(kind: Kind, copies: int) -> None:
    """Every copy is read, or refused in words."""
    for image in (colourful(2, 48, 64), colourful(3, 48, 64).convert("L")):
        for how, data in damaged(save(image, kind.name), copies):
            try:
                assert read_photo(data).L.size
            except UserError as refused:
                assert refused.message, how
