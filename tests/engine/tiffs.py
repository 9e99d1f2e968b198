"""TIFFs of kinds that Pillow does not write."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

CODES = {1: "B", 3: "H", 4: "I", 16: "Q"}


def tiff(
    pixels: NDArray[Any],
    *,
    order: str = "<",
    big: bool = False,
    rows: int = 0,
    tile: tuple[int, int] | None = None,
    planar: bool = False,
    deflate: bool = False,
    predictor: bool = False,
    tags: dict[int, tuple[int, ...]] | None = None,
    subfile: int = 0,
) -> bytes:
    """(h, w) or (h, w, n) of 8 or 16 bits; `rows`: of a strip; `tile`: its height and width."""
    cube = pixels if pixels.ndim == 3 else pixels[..., None]
    height, width, samples = cube.shape
    parts = [cube[..., n : n + 1] for n in range(samples)] if planar else [cube]
    high, wide = tile or (rows or height, width)
    pieces = [piece for part in parts for piece in cut(part, high, wide, tile is not None)]
    stored = [packed(piece, order, deflate, predictor) for piece in pieces]
    values: dict[int, tuple[int, ...]] = {
        254: (subfile,),
        256: (width,),
        257: (height,),
        258: (cube.dtype.itemsize * 8,) * samples,
        259: (8 if deflate else 1,),
        262: (2 if samples >= 3 else 1,),
        277: (samples,),
        284: (2 if planar else 1,),
        317: (2 if predictor else 1,),
    }
    values |= {322: (wide,), 323: (high,)} if tile else {278: (high,)}
    return written(values | (tags or {}), stored, order, big, 324 if tile else 273)


def cut(part: NDArray[Any], high: int, wide: int, filled: bool) -> list[NDArray[Any]]:
    pieces = []
    for top in range(0, part.shape[0], high):
        for left in range(0, part.shape[1], wide):
            piece = part[top : top + high, left : left + wide]
            missing = [(0, high - piece.shape[0]), (0, wide - piece.shape[1]), (0, 0)]
            pieces.append(np.pad(piece, missing) if filled else piece)
    return pieces


def packed(piece: NDArray[Any], order: str, deflate: bool, predictor: bool) -> bytes:
    if predictor:
        piece = np.diff(piece, axis=1, prepend=np.zeros_like(piece[:, :1]))
    raw = piece.astype(np.dtype(f"{order}{piece.dtype.str[1:]}")).tobytes()
    return zlib.compress(raw) if deflate else raw


def written(
    values: dict[int, tuple[int, ...]], stored: list[bytes], order: str, big: bool, places: int
) -> bytes:
    """The directory behind the pixels, as many programs write it."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", 43 if big else 42)
    head += struct.pack(f"{order}HH", 8, 0) if big else b""
    start = len(head) + (8 if big else 4)
    at = [start + sum(map(len, stored[:n])) for n in range(len(stored))]
    values = {places: tuple(at), places + (1 if places == 324 else 6): lengths(stored)} | values
    data = b"".join(stored)
    data += bytes(len(data) % 2)
    first = start + len(data)
    long, inline = ("Q", 8) if big else ("I", 4)
    entries, behind = b"", b""
    beyond = first + (8 if big else 2) + (20 if big else 12) * len(values) + inline
    for tag, numbers in sorted(values.items()):
        kind = 4 if tag in (256, 257, 273, 278, 279, 322, 323, 324, 325) else 3
        raw = struct.pack(f"{order}{len(numbers)}{CODES[kind]}", *numbers)
        entries += struct.pack(f"{order}HH{long}", tag, kind, len(numbers))
        if len(raw) > inline:
            entries += struct.pack(f"{order}{long}", beyond + len(behind))
            behind += raw
        else:
            entries += raw.ljust(inline, b"\0")
    count = struct.pack(f"{order}{'Q' if big else 'H'}", len(values))
    return b"".join(
        [head, struct.pack(f"{order}{long}", first), data, count, entries, bytes(inline), behind]
    )


def lengths(stored: list[bytes]) -> tuple[int, ...]:
    return tuple(map(len, stored))
