"""HEIC files that are put together from several pictures, or from parts of one."""

import struct

import numpy as np
import pytest

from colorize.engine.errors import Damaged, WrongType
from colorize.engine.heif_items import TILES, Box, Locations, inside, properties_of, references
from colorize.engine.photo import read_photo
from colorize.engine.thumbnails import thumbnails
from tests.engine.heifs import Heif, alpha, box, cut, grid, overlay, size, turn
from tests.photos import lightness_of, opened

pytest.importorskip("pillow_heif")

SMALL, HUGE = size(64, 64), size(20_000, 20_000)
GREY = float(lightness_of([128] * 3))

READ = {
    "one": (Heif().coded(SMALL), (64, 64)),
    "a part": (Heif().coded(SMALL, cut(40, 20)), (20, 40)),
    "a part, turned": (Heif().coded(SMALL, cut(40, 20), turn()), (40, 20)),
    "tiles": (
        Heif()
        .add(b"grid", grid(2, 2, 100, 120), size(100, 120))
        .coded(SMALL)
        .refer(b"dimg", 1, 2, 2, 2, 2),
        (120, 100),
    ),
    "with a picture beside it": (Heif().coded(SMALL).coded(HUGE), (64, 64)),
}
REFUSED = {
    "a part of a huge one": Heif().coded(HUGE, cut(64, 64)),
    "two sizes": Heif().coded(HUGE, SMALL),
    "huge transparency": Heif().coded(SMALL).coded(HUGE, alpha()).refer(b"auxl", 2, 1),
    "a tile of a grid that is huge": Heif()
    .add(b"grid", grid(1, 1, 64, 64), SMALL)
    .coded(HUGE)
    .refer(b"dimg", 1, 2),
    "transparency of a tile": Heif()
    .add(b"grid", grid(1, 1, 64, 64), SMALL)
    .coded(SMALL)
    .coded(HUGE, alpha())
    .refer(b"dimg", 1, 2)
    .refer(b"auxl", 3, 2),
    # The canvas has a size of its own, which may be huge.
    "layers": Heif().add(b"iovl", overlay(64, 64), SMALL).coded(SMALL).refer(b"dimg", 1, 2),
    "another one as it is": Heif().add(b"iden", b"", SMALL).coded(SMALL).refer(b"dimg", 1, 2),
    # Each takes the time of the whole picture.
    "many turns": Heif().coded(SMALL, *[turn()] * 40),
}


@pytest.mark.parametrize("name", READ)
def test_a_picture_from_parts_is_read(name: str) -> None:
    file, shape = READ[name]
    L = read_photo(file.written()).L
    assert L.shape == shape
    assert abs(L - GREY).max() < 2


@pytest.mark.parametrize("name", REFUSED)
def test_one_that_would_cost_far_more_than_its_size_says_is_refused_in_words(name: str) -> None:
    with pytest.raises(WrongType) as refused:
        read_photo(REFUSED[name].written())
    assert "put together in an unusual way" in refused.value.message


def test_a_kind_that_is_given_twice_does_not_hide_layers() -> None:
    data = REFUSED["layers"].written()
    entry = data[data.index(b"infe") - 4 :][:21]
    other = entry.replace(b"iovl", b"grid")
    with pytest.raises((WrongType, Damaged)):
        read_photo(inserted(data, data.index(entry) + 21, other, b"meta", b"iinf"))


def inserted(data: bytes, at: int, piece: bytes, *around: bytes) -> bytes:
    """With a piece more in these boxes."""
    file = bytearray(data)
    for kind in around:
        start = data.index(kind) - 4
        file[start : start + 4] = (int.from_bytes(file[start : start + 4]) + len(piece)).to_bytes(4)
    return bytes(file[:at] + piece + file[at:])


@pytest.mark.parametrize("kind", [b"meta", b"pitm", b"iinf", b"iprp"])
def test_a_list_of_pictures_that_is_there_twice_is_damaged(kind: bytes) -> None:
    data = Heif().coded(SMALL).written()
    at = data.index(kind) - 4
    piece = data[at : at + int.from_bytes(data[at : at + 4])]
    with pytest.raises(Damaged):
        read_photo(inserted(data, at, piece, *[b"meta"] * (kind != b"meta")))


@pytest.mark.parametrize(
    "primary", [Heif().add(b"av01", b"", SMALL), Heif().add(b"hvc1", b"", SMALL)]
)
def test_another_picture_does_not_take_the_place_of_one_that_cannot_be_read(primary: Heif) -> None:
    """Its parts were not counted."""
    file = primary.add(b"iovl", overlay(64, 64), SMALL).coded(SMALL).refer(b"dimg", 2, 3)
    with pytest.raises(Damaged):
        read_photo(file.written())


@pytest.mark.parametrize(
    "file",
    [
        Heif().coded(cut(40, 20)),
        Heif().coded(SMALL).coded(alpha()).refer(b"auxl", 2, 1),
    ],
)
def test_a_picture_whose_size_is_not_said_is_damaged(file: Heif) -> None:
    """libheif decodes it, whatever its size."""
    with pytest.raises(Damaged):
        read_photo(file.written())


def test_a_thumbnail_does_not_either() -> None:
    file = Heif().coded(SMALL).coded(SMALL).refer(b"thmb", 1, 2)
    with pytest.raises(Damaged):
        read_photo(file.written())


def again_and_again(times: int) -> dict[str, Heif]:
    """The same 50 kB, as metadata or as a profile of several pictures."""
    told, profiled = Heif().coded(SMALL), Heif()
    for n in range(times):
        told.add(b"Exif", bytes(50_000)).refer(b"cdsc", n + 2, 1)
        profiled.coded(SMALL, box(b"colr", b"prof", bytes(50_000)))
    return {"metadata": told, "profile": profiled}


@pytest.mark.parametrize("what", ["metadata", "profile"])
def test_the_same_bytes_again_and_again_are_damaged(what: str) -> None:
    """Of 10 MB, libheif made 6 GB."""
    assert read_photo(again_and_again(3)[what].written()).L.shape == (64, 64)
    with pytest.raises(Damaged):
        read_photo(again_and_again(200)[what].written())


def test_a_picture_made_of_itself_is_damaged() -> None:
    with pytest.raises(Damaged):
        read_photo(Heif().add(b"grid", grid(1, 1, 64, 64), SMALL).refer(b"dimg", 1, 1).written())


def test_far_too_many_boxes_are_damaged() -> None:
    with pytest.raises(Damaged):
        read_photo(Heif().coded(SMALL).written() + box(b"free") * 20_000)


@pytest.mark.parametrize("sizes", [b"\x44\0", b"\0\0"])
def test_endless_places_of_a_picture_are_damaged(sizes: bytes) -> None:
    places = sizes + b"\0\1" + b"\0\1\0\0\xff\xff" + bytes(8 * 65535)
    with pytest.raises(Damaged):
        list(Locations(Box(b"iloc", bytes(4) + places)).read())


def test_endless_properties_are_damaged() -> None:
    belong = struct.pack(">I", 200) + (b"\0\1\xff" + b"\1" * 255) * 200
    content = box(b"ipco", SMALL) + box(b"ipma", belong, version=0)
    with pytest.raises(Damaged):
        properties_of(inside(content))


def test_endless_references_are_damaged() -> None:
    one = box(b"dimg", struct.pack(">2H", 1, 20_000), bytes(40_000))
    with pytest.raises(Damaged):
        references([Box(b"iref", bytes(4) + one)], TILES)


def test_a_thumbnail_is_made_from_the_picture_itself() -> None:
    """The one in the file may be another picture, or huge."""
    file = Heif().coded(size(256, 256), grey=255, side=256).coded(size(128, 128), grey=0, side=128)
    made = thumbnails(file.refer(b"thmb", 2, 1).written(), [64])
    assert np.asarray(opened(made[0])).min() > 250
