"""AVIF files whose pictures are larger than the file says."""

import io
from typing import Any

import pytest
from PIL import Image

from colorize.engine import heif_items
from colorize.engine.av1 import most_pixels
from colorize.engine.avif_pictures import decoded_pixels
from colorize.engine.concurrency import pixel_count
from colorize.engine.errors import Damaged, WrongType
from colorize.engine.photo import read_photo
from tests.engine.heifs import DEPTH, Heif, alpha, box, grid, size
from tests.photos import colourful, save

SMALL = size(64, 64)
PICTURE = colourful(1, 64, 80)

LARGER = {
    "the picture": Heif("AVIF").coded(SMALL, side=256),
    "its transparency": Heif("AVIF")
    .coded(SMALL)
    .coded(SMALL, alpha(), side=256)
    .refer(b"auxl", 2, 1),
    "a tile": Heif("AVIF")
    .add(b"grid", grid(1, 1, 64, 64), SMALL, DEPTH)
    .coded(SMALL, side=256)
    .refer(b"dimg", 1, 2),
}


def see_through() -> Image.Image:
    image = PICTURE.copy()
    image.putalpha(PICTURE.convert("L"))
    return image


def animation(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", save_all=True, append_images=[image.rotate(180)])
    return buffer.getvalue()


@pytest.fixture
def no_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif_items, "SPARE", 0)


@pytest.mark.usefixtures("no_spare")
@pytest.mark.parametrize("name", LARGER)
def test_one_that_is_larger_than_it_says_is_refused_in_words(name: str) -> None:
    with pytest.raises(WrongType) as refused:
        read_photo(LARGER[name].written())
    assert "an AVIF photo that is put together in an unusual way" in refused.value.message


@pytest.mark.usefixtures("no_spare")
@pytest.mark.parametrize("image", [PICTURE, PICTURE.convert("L"), see_through()])
def test_true_ones_are_read(image: Image.Image) -> None:
    for data in (save(image, "AVIF"), animation(image)):
        assert read_photo(data).L.shape == (64, 80)


def test_tiles_are_read() -> None:
    file = Heif("AVIF").add(b"grid", grid(1, 2, 128, 64), size(128, 64), DEPTH)
    file.coded(SMALL).coded(SMALL, grey=50).refer(b"dimg", 1, 2, 3)
    assert read_photo(file.written()).L.shape == (64, 128)


def test_it_takes_more_room_than_a_jpeg() -> None:
    assert pixel_count(save(see_through(), "AVIF")) == 2 * 64 * 80


def test_every_picture_counts() -> None:
    one = 64 * 80
    assert decoded_pixels(save(PICTURE, "AVIF")) == one
    assert decoded_pixels(save(see_through(), "AVIF")) == 2 * one
    assert decoded_pixels(animation(PICTURE)) == 2 * one
    assert decoded_pixels(animation(see_through())) == 4 * one


def test_a_picture_in_the_list_counts() -> None:
    """In place of the usual one, in the data."""
    data = Heif("AVIF").coded(SMALL, side=256).written()
    at = data.index(b"iloc") + 4
    stream = data[data.index(b"mdat") + 4 :]
    places = b"\x44\0" + bytes([0, 1, 0, 1, 0, 1, 0, 0, 0, 1]) + bytes(4) + len(stream).to_bytes(4)
    listed = box(b"iloc", places, version=1) + box(b"idat", stream)
    start = data.index(b"meta") - 4
    old = int.from_bytes(data[at - 8 : at - 4])
    meta = data[start + 8 : at - 8] + listed + data[at - 8 + old : data.index(b"mdat") - 4]
    assert decoded_pixels(data[:start] + box(b"meta", meta)) == 256 * 256


@pytest.mark.parametrize("cut", [b"iinf", b"iloc"])
def test_without_a_list_it_is_damaged(cut: bytes) -> None:
    with pytest.raises(Damaged):
        decoded_pixels(save(PICTURE, "AVIF").replace(cut, b"free"))


def bits(*values: tuple[int, int]) -> bytes:
    """Values with the number of their bits."""
    text = "".join(f"{value:0{count}b}" for value, count in values)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8))


def unit(kind: int, content: bytes) -> bytes:
    return bytes([kind << 3 | 2, len(content)]) + content


def sequence(*timing: tuple[int, int]) -> bytes:
    """Of 64 by 32 pixels, with 16 bits for each side; frames have numbers of 5 bits."""
    sides = [(15, 4), (15, 4), (63, 16), (31, 16), (1, 1), (1, 4), (1, 3), (0, 3)]
    tools = [(0, 4), (1, 1), (0, 2), (1, 1), (1, 1), (0, 3)]
    return unit(1, bits((0, 5), *timing, *sides, *tools))


PLAIN = ((0, 1), (0, 1), (0, 5), (0, 12), (8, 5), (0, 1))
# With times of 4 bits, and a model of decoders.
TIMED: Any = ((1, 1), (1, 64), (0, 1), (1, 1), (2, 5), (1, 32), (0, 5), (3, 5), (1, 1), (0, 5))
TIMED += ((0, 12), (4, 5), (1, 1), (0, 7), (1, 1), (9, 4))


@pytest.mark.parametrize(("timing", "time"), [(PLAIN, 0), (TIMED, 4)])
@pytest.mark.parametrize("own", [0, 1])
def test_a_frame_may_give_a_size_of_its_own(timing: Any, time: int, own: int) -> None:
    """Up to what the bits of its sides allow, whatever the largest size of all frames."""
    shown = [(0, 1), (0, 2), (1, 1), (0, time)] if time else [(0, 1), (0, 2), (1, 1)]
    frame = unit(6, bits(*shown, (0, 1), (1, 1), (0, 1), (0, 5), (own, 1), (0, 8)))
    stream = memoryview(unit(2, b"") + sequence(*timing) + frame)
    assert most_pixels(stream) == (1 << 32 if own else 64 * 32)


def test_far_too_many_pictures_are_damaged() -> None:
    file = Heif("AVIF")
    for _ in range(1001):
        file.coded(SMALL)
    with pytest.raises(Damaged):
        decoded_pixels(file.written())


def test_endless_units_are_damaged() -> None:
    with pytest.raises(Damaged):
        most_pixels(memoryview(unit(2, b"") * 2000))
