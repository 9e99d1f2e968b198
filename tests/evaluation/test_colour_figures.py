"""The figures of how colours look: CIEDE2000, veils, missed red, the advised vividness."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image

from colorize.engine.planes import Plane
from colorize.evaluation.advice import Advice
from colorize.evaluation.colours import BLUE, RED, YELLOW_BROWN, shares
from colorize.evaluation.difference import ciede2000
from colorize.evaluation.metrics import Row, Score
from colorize.evaluation.run import Sample
from tests.conftest import use
from tests.fakes import FakeNetwork

# Sharma, Wu, Dalal 2005, table 1: two colours and their CIEDE2000.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize("one, other, difference", SHARMA)
def test_ciede2000_is_that_of_the_published_pairs(
    one: tuple[float, ...], other: tuple[float, ...], difference: float
) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(difference, abs=5e-5)
    assert ciede2000(np.array(other), np.array(one)) == pytest.approx(difference, abs=5e-5)


def test_ciede2000_of_pictures_in_single_precision_is_pixel_by_pixel() -> None:
    one, other, differences = zip(*SHARMA, strict=True)
    found = ciede2000(np.array([one], np.float32), np.array([other], np.float32))
    assert found.shape == (1, len(SHARMA))
    # Pairs whose hues lie opposite each other are decided by the last digits.
    assert found[0] == pytest.approx(differences, abs=0.06)


def lab(*bands: tuple[float, float, float]) -> Plane:
    """L, a and b of as many stripes of 10 x 40 pixels."""
    return np.concatenate([np.tile(np.array(each, np.float32), (10, 40, 1)) for each in bands])


BROWN, RED_COAT, SKY, GREY = (50, 8, 14), (45, 50, 30), (60, -5, -35), (50, 0, 0)


def row(result: Plane, truth: Plane) -> Row:
    score = Score()
    score.add(result[..., 1:], truth)
    return score.row()


def test_colours_are_counted_by_hue_and_chroma() -> None:
    assert shares(lab(BROWN, RED_COAT, SKY, GREY)) == (0.25, 0.25, 0.25)
    green, pale, orange = (50, -30, 30), (50, 2, 5), (60, 25, 40)
    assert shares(lab(green, pale, orange)) == (0, 0, 0)
    assert RED.start > RED.end and not YELLOW_BROWN.end > BLUE.start


def test_a_brown_wall_that_was_grey_is_a_veil_and_one_that_was_brown_is_not() -> None:
    grey, half, brown = lab(GREY, GREY), lab(GREY, BROWN), lab(BROWN, BROWN)
    assert row(half, grey).colours.veiled == 1
    assert row(half, grey).colours.yellow_brown == 0.5
    assert row(brown, brown).colours.veiled == 0
    assert row(lab(*[GREY] * 9, BROWN), lab(*[GREY] * 10)).colours.veiled == 0


def test_red_is_missed_where_less_than_a_third_of_it_is_there() -> None:
    truth = lab(*[RED_COAT] * 4, GREY)
    assert row(truth, truth).colours.red_missed == 0
    assert row(lab(RED_COAT, *[GREY] * 4), truth).colours.red_missed == 1
    assert row(lab(RED_COAT, RED_COAT, *[GREY] * 3), truth).colours.red_missed == 0
    assert row(truth, lab(*[GREY] * 5)).colours.red_missed is None


def test_colourfulness_is_told_beside_the_truths() -> None:
    truth = lab(SKY, BROWN)
    assert row(truth, truth).colours.colourfulness == pytest.approx(1)
    half = truth * np.array([1, 0.5, 0.5], np.float32)
    assert row(half, truth).colours.colourfulness == pytest.approx(0.5, abs=0.1)
    assert row(truth, lab(GREY, GREY)).colours.colourfulness is None


def test_the_score_of_several_is_that_of_all_their_photos() -> None:
    one, other, together = Score(), Score(), Score()
    for score, truth in ((one, lab(SKY, GREY)), (one, lab(BROWN)), (other, lab(RED_COAT, SKY))):
        for each in (score, together):
            each.add(np.zeros_like(truth[..., 1:]), truth, 5)
    assert Score.of_all([one, other]).row() == together.row()
    assert together.row().photos == 3


def test_the_advised_vividness_is_the_best_of_those_lively_enough() -> None:
    """The truth is seven tenths of the vivid end: half of it looks right at 0.7."""
    advice, vivid = Advice(), lab(SKY, BROWN)
    truth = vivid * np.array([1, 0.7, 0.7], np.float32)
    advice.add(np.zeros_like(vivid[..., 1:]), vivid[..., 1:], truth)
    best = advice.advised()
    assert best and best.lively
    assert best.vividness == best.least_at == pytest.approx(0.7)
    assert best.difference == pytest.approx(0, abs=1e-3)
    assert best.colourfulness == pytest.approx(1)


def test_colours_that_are_wrong_are_advised_no_livelier_than_need_be() -> None:
    truth, wrong = lab(SKY, BROWN), lab(RED_COAT, SKY)[..., 1:]
    advice = Advice()
    advice.add(np.zeros_like(wrong), wrong, truth)
    best = advice.advised()
    assert best and best.least_at == 0
    assert 0.75 <= best.colourfulness < 0.85 and best.difference > best.least


def test_where_nothing_is_lively_enough_the_liveliest_is_advised_and_said_so() -> None:
    truth = lab(SKY, RED_COAT)
    advice = Advice()
    advice.add(truth[..., 1:] * 0, truth[..., 1:] * np.float32(0.3), truth)
    best = advice.advised()
    assert best and best.vividness == 1 and not best.lively


def test_photos_without_colours_advise_nothing() -> None:
    advice = Advice()
    assert advice.advised() is None
    advice.add(lab(GREY)[..., 1:], lab(BROWN)[..., 1:], lab(GREY))
    assert advice.advised() is None


@pytest.mark.parametrize(
    "name, source",
    [
        ("a.png", "."),
        ("rooms/a.png", "rooms"),
        ("rooms/x/a.png", "rooms"),
        ("n01440764/a.png", "."),
    ],
)
def test_the_source_of_a_photo_is_the_sub_folder_that_it_lies_in(name: str, source: str) -> None:
    assert Sample(name, None, lab(GREY), None).source == source


COLOURS = {"rooms": (146, 113, 89), "streets": (90, 110, 140)}


@pytest.fixture
def folder(tmp_path: Path, settings: Any, measured_small: None) -> Path:
    """Two photos of rooms and one of streets, each of one colour, and a default vividness between
    the ends."""
    settings.VIVIDNESS = 0.6
    for name, colour in (("rooms/1", "rooms"), ("rooms/2", "rooms"), ("streets/1", "streets")):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        pixels = np.tile(np.array(COLOURS[colour], np.uint8), (60, 90, 1))
        Image.fromarray(pixels).save(path)
    return tmp_path


def tables(folder: Path) -> dict[str, list[list[str]]]:
    """The lines of each table, cell by cell, by what stands above it."""
    out = io.StringIO()
    call_command("evaluate", str(folder), stdout=out)
    found: dict[str, list[list[str]]] = {}
    title = ""
    for line in out.getvalue().splitlines():
        if line.startswith("|"):
            found.setdefault(title, []).append([cell.strip() for cell in line.split("|")[1:-1]])
        elif line:
            title = line
    return found


@pytest.mark.slow
def test_the_command_tells_how_the_colours_look(folder: Path, network: FakeNetwork) -> None:
    (table,) = [lines for title, lines in tables(folder).items() if title.startswith("Colours")]
    rows = {cells[0]: cells[1:] for cells in table[2:]}
    # The fake's faithful brown is that of the rooms; the streets are blue.
    assert rows["colornet, vividness 0"][2:4] == ["33%", "100.0%"]
    assert rows["Ground truth"][:4] == ["0.00", "1.00", "0%", "66.7%"]
    assert rows["Gray"][1:] == ["0.00", "0%", "0.0%", "0.0%", "0.0%", ""]
    assert float(rows["colornet, vividness 0"][0]) < float(rows["Gray"][0])


@pytest.mark.slow
def test_the_command_advises_a_vividness_for_networks_with_two_answers(
    folder: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    call_command("evaluate", str(folder), stdout=out)
    assert "Best vividness for colornet: 0, the smallest dE2000 with 75%" in out.getvalue()
    use(monkeypatch, FakeNetwork((10, 20), None))
    out = io.StringIO()
    call_command("evaluate", str(folder), stdout=out)
    assert "Best vividness" not in out.getvalue()


@pytest.mark.slow
def test_photos_in_sub_folders_are_told_by_source_with_a_mean_that_counts_each_alike(
    folder: Path, network: FakeNetwork
) -> None:
    found = tables(folder)
    rows = {cells[0]: cells[1:] for cells in found["colornet, vividness 0, by source"][2:]}
    assert list(rows) == ["rooms", "streets", "mean of the sources"]
    assert [rows[name][0] for name in rows] == ["2", "1", ""]
    rooms, streets, mean = (float(cells[3]) for cells in rows.values())
    assert mean == pytest.approx((rooms + streets) / 2, abs=0.01)
    assert [cells[5] for cells in rows.values()] == ["0%", "100%", "50%"]
    assert "Gray, by source" in found and "Ground truth, by source" not in found


def test_photos_of_one_folder_have_no_sources(folder: Path, network: FakeNetwork) -> None:
    (folder / "streets" / "1.png").unlink()
    assert not any("by source" in title for title in tables(folder))
