"""A photo is turned, straightened and cropped before it is coloured."""

import tracemalloc

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter

from colorize.engine import geometry
from colorize.engine.errors import BadOption
from colorize.engine.geometry import largest_inside, part_of, shaped, shaped_picture
from colorize.engine.lightness import packed, unpacked
from colorize.engine.limits import Limits
from colorize.engine.metadata import Metadata
from colorize.engine.options import Options
from colorize.engine.photo import Photo
from colorize.engine.pipeline import colorize
from colorize.engine.planes import Plane
from tests.fakes import FakeNetwork
from tests.photos import colourful, opened, photo, save

# A step of the packed L.
FINEST = 100 / 65535


def plane(height: int, width: int) -> Plane:
    """Noise, in the steps in which a photo's L is read."""
    levels = np.random.default_rng(1).integers(0, 65536, (height, width))
    return (levels * FINEST).astype(np.float32)


def soft(L: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(L, (0, 0), 3), np.float32)


def result_of(L: Plane, least: int = 1, **options: object) -> Plane:
    return shaped(Photo(L.copy(), Metadata()), Options(**options), least).L  # type: ignore[arg-type]


def pattern(height: int, width: int, line: float, degrees: float) -> Plane:
    """A white line, 8 pixels wide, through the middle of black: `degrees` clockwise from level."""
    y, x = np.mgrid[:height, :width] + 0.5
    turned = np.radians(degrees)
    distance = (y - height / 2) * np.cos(turned) - (x - width / 2) * np.sin(turned) - line
    return np.asarray(100 * np.clip(4.5 - np.abs(distance), 0, 1), np.float32)


@pytest.mark.parametrize("turn, times", [(90, -1), (180, 2), (270, 1)])
def test_a_turn_moves_pixels_and_changes_none(turn: int, times: int) -> None:
    L = plane(1300, 70)
    assert np.allclose(result_of(L, turn=turn), np.rot90(L, times), atol=FINEST / 2)


def test_a_photo_as_it_is_is_the_same_object() -> None:
    kept = Photo(plane(20, 20), Metadata())
    assert shaped(kept, Options()) is kept


def test_a_crop_is_exact() -> None:
    L = plane(200, 1100)
    cropped = result_of(L, crop="10 25 99 75")
    assert np.allclose(cropped, L[50:150, 110:1089], atol=FINEST / 2)


def test_the_crop_is_of_the_turned_photo() -> None:
    L = plane(40, 100)
    assert np.allclose(
        result_of(L, turn=90, crop="0 0 50 10"), np.rot90(L, -1)[:10, :20], atol=0.001
    )


@pytest.mark.parametrize("angle", [0.1, -3.7, 15])
def test_a_tilted_line_becomes_level_and_stays_straight(angle: float) -> None:
    """Across the borders of tiles too."""
    L = result_of(pattern(1200, 1700, 0, -angle), straighten=angle)
    rows = np.arange(L.shape[0]) + 0.5
    centres = (L * rows[:, None]).sum(axis=0) / L.sum(axis=0)
    assert np.abs(centres - L.shape[0] / 2).max() < 0.1


@pytest.mark.parametrize("angle", [0.5, 7, -15])
@pytest.mark.parametrize("size", [(300, 200), (200, 300), (400, 40)])
def test_no_empty_corner_is_left(size: tuple[int, int], angle: float) -> None:
    width, height = largest_inside(*size, angle)
    c, s = np.cos(np.radians(abs(angle))), np.sin(np.radians(abs(angle)))
    # The bounding box of the rectangle, tilted back, fits into the picture, and hardly another.
    around = np.array([width * c + height * s, width * s + height * c])
    assert (around <= size).all()
    assert (around > np.array(size) - 2 * (c + s)).any()


def test_straightening_agrees_with_opencv_on_the_whole() -> None:
    """In tiles as in one piece."""
    source = soft(plane(1300, 2500))
    part = part_of(2500, 1300, Options(straighten=4))
    whole = unpacked(geometry.tilted(packed(source), part.matrix, part.width, part.height))
    assert np.abs(result_of(source, straighten=4) - whole).max() < 0.05


def test_a_photo_longer_than_opencv_takes_is_straightened() -> None:
    L = result_of(plane(30, 33_000), straighten=0.01)
    assert L.shape[1] > 32_900


def test_too_small_a_rest_is_refused_in_words() -> None:
    with pytest.raises(BadOption, match="leaves 10 × 20 pixels") as problem:
        result_of(plane(100, 100), least=16, crop="0 0 10 20")
    assert "at least 16" in problem.value.message and "“crop”" in problem.value.message
    with pytest.raises(BadOption, match="“straighten”"):
        result_of(plane(20, 600), least=16, straighten=15)


def test_it_takes_half_a_plane_of_memory() -> None:
    kept = [Photo(plane(2000, 2000), Metadata())]
    tracemalloc.start()
    shaped(kept.pop(), Options(turn=90, straighten=5, crop="1 1 99 99"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.5 * 2000 * 2000 * 4 + 8_000_000


def test_the_small_picture_goes_the_same_way() -> None:
    image = colourful(2, 600, 800).resize((1600, 1200)).filter(ImageFilter.GaussianBlur(5))
    L = np.asarray(image.convert("L"), np.float32) * np.float32(100 / 255)
    options = Options(turn=270, straighten=-6.5, crop="10 20 90 70")
    small = shaped_picture(image.resize((800, 600), Image.Resampling.BOX), options).convert("L")
    large = Image.fromarray(result_of(L, **options.as_dict()) * np.float32(2.55)).resize(
        small.size, Image.Resampling.BOX
    )
    difference = np.asarray(small, np.float32) - np.asarray(large)
    assert np.abs(difference).mean() < 1


def test_thumbnails_of_the_original_are_of_the_whole() -> None:
    data = save(colourful(3, 60, 90), "JPEG")
    options = Options(turn=90, crop="0 0 50 100")
    result = colorize(data, FakeNetwork(), options, Limits(), sides=(90,))
    assert result.thumbnails is not None
    assert opened(result.thumbnails.original[0]).size == (90, 60)
    assert opened(result.thumbnails.result[0]).size == (30, 90)
    assert (result.width, result.height) == (30, 90)


def test_what_is_coloured_is_the_part_that_is_kept() -> None:
    """The third band alone, of the greys 40, 128 and 220."""
    options = Options(crop="70 0 100 100")
    result = colorize(photo("PNG"), FakeNetwork(), options, Limits())
    assert np.asarray(opened(result.content).convert("L")).min() > 200
