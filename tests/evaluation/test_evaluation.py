"""The figures mean what they say, and the command prints them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from colorize.engine.formats import PHOTO_ENDINGS
from colorize.engine.planes import Plane
from colorize.evaluation import classes, metrics
from colorize.evaluation.bins import CENTRES, nearest_bin
from colorize.evaluation.drawing import reliability_svg
from colorize.evaluation.metrics import Errors, colourfulness, psnr, ssim
from colorize.evaluation.patches import Look, Looks
from colorize.evaluation.reliability import Reliability, spearman
from colorize.evaluation.run import read_lab
from colorize.evaluation.sizes import spread
from colorize.evaluation.tones import Tones, group, typology_angle
from colorize.management.commands import evaluate
from tests.conftest import use
from tests.fakes import FakeNetwork, HintableNetwork, SeeingNetwork


def lab(L: float, a: float, b: float, shape: tuple[int, int] = (20, 30)) -> Plane:
    return np.tile(np.array([L, a, b], np.float32), (*shape, 1))


def test_the_bins_are_the_papers_313() -> None:
    assert len(CENTRES) == 313
    for n in (0, 100, 312):
        assert nearest_bin(CENTRES[n].reshape(1, 1, 2)) == n
    assert CENTRES[nearest_bin(np.array([[[3.2, -4.4]]], np.float32))].ravel().tolist() == [0, 0]


def test_auc_counts_the_errors_by_hand() -> None:
    """Half of the pixels are off by 10, half by 30: within 0 to 9 none, to 29 half, then all."""
    truth = lab(50, 0, 0)
    ab = np.zeros((20, 30, 2), np.float32)
    ab[:10, :, 0], ab[10:, :, 1] = 10, 30
    score = Errors()
    score.add(ab, truth[..., 1:])
    assert score.auc() == pytest.approx(100 * (20 * 0.5 + 121) / 151)
    assert score.auc_rebalanced() == pytest.approx(score.auc())


def test_rebalanced_auc_gives_a_rare_colour_the_same_say() -> None:
    """Nine tenths are grey and right, a tenth is red and off by 50."""
    truth = lab(50, 0, 0)
    truth[:2, :, 1] = 50
    score = Errors()
    score.add(np.zeros((20, 30, 2), np.float32), truth[..., 1:])
    red = 100 * 101 / 151
    assert score.auc() == pytest.approx(0.9 * 100 + 0.1 * red)
    assert score.auc_rebalanced() == pytest.approx(0.5 * 100 + 0.5 * red)


def test_equal_pictures_are_equal(rng: np.random.Generator) -> None:
    picture = rng.uniform(0, 1, (40, 40, 3))
    assert psnr(picture, picture) == pytest.approx(60)
    assert ssim(picture, picture) == pytest.approx(1)
    other = np.clip(picture + 0.1, 0, 1)
    assert 19 < psnr(picture, other) < 22
    assert 0.5 < ssim(picture, other) < 1
    assert ssim(picture, rng.uniform(0, 1, (40, 40, 3))) < 0.2


def test_grey_has_no_colourfulness(rng: np.random.Generator) -> None:
    grey = np.repeat(rng.uniform(0, 1, (30, 30, 1)), 3, axis=2)
    assert colourfulness(grey) == pytest.approx(0, abs=1e-9)
    assert colourfulness(rng.uniform(0, 1, (30, 30, 3))) > 50


def test_the_reliability_counts_by_hand() -> None:
    """Of the pixels at 85 % four fifths are within 20, of those at 15 % a tenth."""
    confidence = np.full((2, 100), 0.85, np.float32)
    confidence[1] = 0.15
    error = np.zeros((2, 100), np.float32)
    error[0, 80:] = error[1, 10:] = 21
    reliability = Reliability()
    reliability.add(confidence, error)
    unsure, sure = reliability.bins()
    assert (unsure.low, unsure.pixels, sure.low) == (0.1, 0.5, 0.8)
    assert unsure.right == pytest.approx(0.1)
    assert sure.right == pytest.approx(0.8)
    assert sure.confidence == pytest.approx(0.85)
    assert reliability.rank_correlation() == pytest.approx(0.7035, abs=1e-3)


def test_a_bin_whose_photos_disagree_may_be_anything() -> None:
    """Ten photos say 85 % and keep it; at 15 %, half of them are right throughout, half nowhere."""
    reliability = Reliability()
    for n in range(10):
        confidence = np.full((2, 100), 0.85, np.float32)
        confidence[1] = 0.15
        error = np.zeros((2, 100), np.float32)
        error[0, 85:] = error[1, : 100 * (n % 2)] = 21
        reliability.add(confidence, error)
    unsure, sure = reliability.bins()
    assert sure.interval == pytest.approx((0.85, 0.85))
    low, high = unsure.interval
    assert low < 0.3 and high > 0.7 and unsure.right == pytest.approx(0.5)


def test_rank_correlation_is_one_for_the_same_order(rng: np.random.Generator) -> None:
    values = rng.uniform(0, 1, 100)
    assert spearman(values, values**3) == pytest.approx(1)
    assert spearman(values, -values) == pytest.approx(-1)
    assert spearman(values, np.ones(100)) == 0


def look(L: Plane, ab: Plane) -> Look:
    looks = Looks()
    looks.add(L, ab)
    return looks.look()


def test_a_patch_on_a_flat_wall_is_seen_and_on_a_rough_one_is_not(rng: np.random.Generator) -> None:
    wall, patch = np.full((256, 256), 50, np.float32), np.zeros((256, 256, 2), np.float32)
    patch[100:130, 100:130, 0] = 40
    rough = wall + rng.normal(0, 10, wall.shape).astype(np.float32)
    assert look(wall, np.zeros_like(patch)) == Look(1, 0, 0, 0, 0)
    assert look(wall, patch).patchiness > 0.5
    assert look(rough, patch).flat < 0.01
    assert look(wall, patch).purple == 0


def test_a_colour_over_all_of_the_wall_is_no_patch_but_may_be_purple() -> None:
    wall, ab = np.full((64, 64), 50, np.float32), np.zeros((64, 64, 2), np.float32)
    ab[...] = 20, -20
    found = look(wall, ab)
    assert found.patchiness == pytest.approx(0, abs=1e-3)
    assert found.purple == 1
    assert found.chroma == found.chroma95 == pytest.approx(28.28, abs=0.01)


def test_the_spread_over_sizes_by_hand() -> None:
    """Two answers 10 apart are each 5 from their mean, on half of the pixels."""
    one, other = np.zeros((2, 4, 4, 2), np.float32)
    other[:2, :, 1] = 10
    assert spread([one, other]) == pytest.approx(2.5)
    assert spread([one, one]) == 0


def test_the_typology_angle_sorts_skin_by_tone() -> None:
    tones = {(75, 14): "very light", (60, 20): "tan", (50, 20): "brown", (30, 15): "dark"}
    for (L, b), name in tones.items():
        assert group(typology_angle(lab(L, 10, b))) == name


def test_the_error_by_tone_is_of_the_middle_of_the_face() -> None:
    tones = Tones()
    for L in [75] * 10 + [30] * 10:
        face = lab(L, 10, 15, (40, 40))
        ab = face[..., 1:].copy()
        ab[14:30, 10:30, 0] -= 6 if L == 30 else 4
        ab[:8] += 50
        tones.add(ab, face)
    found = tones.groups()
    assert list(found) == ["very light", "dark"]
    assert found["dark"].faces == 10
    assert found["dark"].error == pytest.approx(6)
    assert found["dark"].chroma < found["very light"].chroma < 0
    assert tones.ratio() == pytest.approx(1.5)


def test_the_ratio_by_chance_is_that_of_tones_that_are_alike() -> None:
    """And does not know of a difference between the groups, however large."""

    def faces(count: int, harder: float) -> Tones:
        tones, rng = Tones(), np.random.default_rng(1)
        for L, factor in ((75, 1), (30, harder)):
            for error in rng.exponential(8, count):
                face = lab(L, 10, 15)
                tones.add(face[..., 1:] + factor * error * np.array([0, 1], np.float32), face)
        return tones

    few, many, apart = (faces(*each).ratio_by_chance() for each in ((15, 1), (400, 1), (400, 5)))
    assert few and many and apart
    assert 1 < many[0] < 1.1 < many[1] < 1.2 < few[0] < few[1]
    assert apart == pytest.approx(many)


def test_right_faces_and_few_faces_have_no_ratio() -> None:
    tones = Tones()
    for L in [75] * 10 + [30] * 10:
        tones.add(lab(L, 10, 15)[..., 1:], lab(L, 10, 15))
    assert tones.ratio() is None
    assert tones.ratio_by_chance() is None
    assert Tones().groups() == {}


def test_the_classes_are_the_thousand_in_the_order_of_their_ids() -> None:
    assert len(set(classes.IDS)) == 1000
    assert sorted(classes.IDS) == classes.IDS
    assert classes.IDS.index("n02123394") == 283  # Persian cat
    assert classes.class_of(Path("photos/n01440764/a.jpg")) == "n01440764"
    assert classes.class_of(Path("photos/b.jpg")) is None


def test_the_drawing_has_a_bar_and_a_point_for_each_bin() -> None:
    reliability = Reliability()
    confidence = np.repeat(np.array([[0.15, 0.85]], np.float32), 10, axis=0)
    reliability.add(confidence, np.zeros_like(confidence))
    drawn = reliability_svg("<net>", reliability)
    assert drawn.count("<circle") == 2
    assert "confidence 85 %, close 100 %, 50 % of the pixels" in drawn
    assert (
        ">confidence (%)<" in drawn
        and ">share of close pixels: ab error of at most 20 (%)<" in drawn
    )
    assert drawn.count(">100<") == 2
    assert "&lt;net&gt;" in drawn and "<net>" not in drawn


@pytest.fixture
def folder(tmp_path: Path, settings: Any, measured_small: None) -> Path:
    """Three photos whose colours the fake network's faithful end knows, and a default vividness
    between the ends."""
    settings.VIVIDNESS = 0.6
    for n in range(3):
        (tmp_path / "below").mkdir(exist_ok=True)
        colour = [(146, 113, 89), (120, 100, 90), (90, 110, 140)][n]
        pixels = np.tile(np.uint8(0), (60, 90, 3)) + np.array(colour, np.uint8)
        Image.fromarray(pixels).save(tmp_path / "below" / f"{n}.png")
    return tmp_path


def run(*args: object) -> str:
    out = io.StringIO()
    call_command("evaluate", *map(str, args), stdout=out)
    return out.getvalue()


def failing(*args: object) -> tuple[str, str, str]:
    """Output, errors, and the sentence that the command ends with."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as told:
        call_command("evaluate", *map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue(), str(told.value)


def without_times(said: str) -> list[list[str]]:
    """The cells of each line, less the milliseconds."""
    return [cells[:8] + cells[9:] for cells in (line.split("|") for line in said.splitlines())]


@pytest.mark.slow
def test_the_command_prints_a_row_for_each_way(folder: Path, network: FakeNetwork) -> None:
    lines = run(folder).split("\n\n")[1].splitlines()
    rows = {cells[1].strip(): cells[2:-1] for cells in (line.split("|") for line in lines)}
    assert list(rows)[2:] == [
        "colornet, vividness 0",
        "colornet, vividness 0.6",
        "colornet, vividness 1",
        "Gray",
        "Random",
        "Ground truth",
    ]
    assert rows["Ground truth"][:4] == [" 100.0 ", " 100.0 ", " 60.0 ", " 1.000 "]
    assert float(rows["colornet, vividness 0"][0]) > float(rows["colornet, vividness 1"][0])
    assert float(rows["Gray"][4]) == float(rows["Gray"][5]) == 0


def test_a_network_with_one_answer_has_one_row_and_no_reliability(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeNetwork((10, 20), None, confidence=None))
    said = run(folder, "--gallery", folder / "out.html")
    assert said.count("| colornet |") == 3  # once a table
    assert "colornet, vividness" not in said
    assert "Confidence of" not in said
    assert (folder / "out.html").read_text().count("<td>none") == 3


def test_a_network_with_two_answers_keeps_both_rows_where_they_agree(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeNetwork((10, 20), (10, 20)))
    said = run(folder)
    assert "| colornet, vividness 0 |" in said and "| colornet, vividness 1 |" in said
    assert "| colornet |" not in said


def test_the_gallery_is_one_file_with_every_photo(folder: Path, network: FakeNetwork) -> None:
    page = folder / "out.html"
    run(folder, "--gallery", page)
    text = page.read_text()
    assert text.count("<img ") == 3 * 4
    assert text.count("src=") == text.count('src="data:image/jpeg;base64,')
    assert text.count("<svg") == 1
    assert "<th>Result<br>(vividness 0.6,<br>if the network has it)" in text
    assert "<th>below/0.png<br>colornet" in text and "<th>Truth" in text


def test_a_manifest_that_cannot_be_read_is_told(
    folder: Path, tmp_path: Path, settings: Any
) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    (settings.MODELS_DIR / "manifest.json").write_text("{")
    assert "manifest.json" in failing(folder)[2]


@pytest.mark.slow
def test_what_people_complain_of_is_measured_where_asked(
    folder: Path, network: FakeNetwork
) -> None:
    text = run(folder, "--sizes", "--tones")
    assert "| Ground truth | " in text.split("Patches:")[1]
    assert "over the sizes 192, 256, 320, 384, 512 at vividness 0.6" in text
    assert "| colornet | 0.00 | 0.00 |" in text
    assert {64, 192, 512} <= {min(shape) for shape in network.shapes}
    assert "by skin tone" in text


def test_offers_to_turn_and_invert_are_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This network takes two of three photos for upright, and the third for upside down."""
    for n in range(3):
        pixels = np.full((60, 90, 3), 140, np.uint8)
        pixels[:20] = 250 if n else 100
        pixels[25:35, 35:45], pixels[25:35, 45:55] = 0, 255  # good contrast
        Image.fromarray(pixels).save(folder / "below" / f"{n}.png")
    use(monkeypatch, SeeingNetwork())
    rows = run(folder, "--turned").split("Offers to turn")[1].splitlines()
    told = {cells[2].strip(): cells[3:-1] for cells in (row.split("|") for row in rows[4:9])}
    assert told["0"] == [" 0.0% ", " 33.3% ", " 0.0% "]
    assert told["90"] == told["270"] == [" 66.7% ", " 33.3% ", " 0.0% "]
    assert told["180"] == [" 66.7% ", " 0.0% ", " 0.0% "]
    assert told["negative"] == [" 0.0% ", " 33.3% ", " 100.0% "]


def test_black_and_white_photos_have_no_errors(folder: Path, network: FakeNetwork) -> None:
    text = run(folder, "--no-truth", "--sizes", "--gallery", folder / "out.html")
    assert "Patches" in text and "Spread" in text
    for absent in ("AuC", "Ground truth", "Gray", "Confidence", "tone"):
        assert absent not in text
    page = (folder / "out.html").read_text()
    assert "<svg" not in page and "truth" not in page.lower()
    assert page.count("<img ") == 3 * 3


@pytest.mark.slow
def test_a_classifier_judges_photos_in_folders_named_for_classes(
    folder: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "left out: no folder is named after an ImageNet class" in run(folder)
    (folder / "below").rename(folder / "n01440764")
    monkeypatch.setattr(evaluate, "find_judge", lambda paths: knows_browns)
    lines = run(folder).splitlines()
    assert lines[0].split("|")[4] == " top-1 "
    (truth,) = [line for line in lines if line.startswith("| Ground truth | 100.0")]
    assert truth.split("|")[4] == " 66.7 "


def knows_browns(rgb: np.ndarray) -> str:
    return "n01440764" if rgb[..., 0].mean() > rgb[..., 2].mean() else "n01443537"


def test_a_name_of_a_photo_cannot_become_a_tag(folder: Path, network: FakeNetwork) -> None:
    (folder / "below" / "0.png").rename(folder / "below" / "<script>alert(1)<!--.png")
    run(folder, "--gallery", folder / "out.html")
    assert "<script>" not in (folder / "out.html").read_text()


def test_where_there_are_no_photos_the_folder_and_what_counts_are_told(tmp_path: Path) -> None:
    endings = sorted(PHOTO_ENDINGS)
    assert failing(tmp_path)[2] == (
        f"There are no photos in {tmp_path} "
        f"(files that end in {', '.join(endings[:-1])} or {endings[-1]})."
    )
    assert failing(tmp_path / "nodir")[2] == f"There is no folder {tmp_path / 'nodir'}."
    (tmp_path / "one.png").touch()
    assert failing(tmp_path / "one.png")[2] == (
        f"{tmp_path / 'one.png'} is a file. Name the folder that it is in."
    )


@pytest.mark.slow
def test_photos_that_cannot_be_read_are_named_and_left_out_of_every_row(
    folder: Path, network: FakeNetwork
) -> None:
    expected = without_times(run(folder))
    (folder / "below" / "0b.jpg").write_bytes(b"no photo")
    whole = (folder / "below" / "2.png").read_bytes()
    (folder / "below" / "3.png").write_bytes(whole[:60])
    (folder / "below" / "4.png").symlink_to(folder / "nowhere.png")
    out, err, last = failing(folder)
    assert without_times(out) == expected
    assert [line.removeprefix(f"{folder}/below/") for line in err.splitlines()] == [
        "0b.jpg: This is not a photo that can be read here. Save a copy as JPEG or PNG and try "
        "again.",
        "3.png: The photo is damaged or incomplete. Open it in a photo app and save a new copy.",
        "4.png: No such file or directory",
    ]
    assert last == "3 of 6 photos could not be read and were left out."


def test_where_no_photo_can_be_read_there_is_no_table_and_an_earlier_page_stays(
    tmp_path: Path, network: FakeNetwork
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    page = tmp_path / "out.html"
    page.write_text("earlier")
    out, err, last = failing(tmp_path, "--gallery", page)
    assert "a.jpg: This is not a photo that can be read here." in err
    assert last == "None of the photos (1) could be read."
    assert "|" not in out
    assert page.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "out.html"]


def test_one_photo_has_no_random_colours_of_another(folder: Path, network: FakeNetwork) -> None:
    (folder / "below" / "0.png").unlink()
    assert "| Random |" in run(folder)
    (folder / "below" / "1.png").unlink()
    said = run(folder)
    assert "| Random |" not in said and "| Ground truth | 100.0" in said


@pytest.mark.parametrize("page", ["below", "nodir/out.html", "below/0.png/out.html"])
def test_a_page_that_cannot_be_written_is_told_before_anything_is_measured(
    page: str, folder: Path, network: FakeNetwork
) -> None:
    _, _, last = failing(folder, "--gallery", folder / page)
    assert last.startswith(f"The page {folder / page} cannot be written (")
    assert last.endswith("). Choose another file with --gallery.")
    assert network.shapes == []


def test_tones_need_the_truth(folder: Path) -> None:
    _, _, last = failing(folder, "--no-truth", "--tones")
    assert "argument --tones: not allowed with argument --no-truth" in last


@pytest.mark.slow
def test_copies_in_other_conditions_are_measured_beside_the_photos(
    folder: Path, network: FakeNetwork
) -> None:
    for name in ("0.png", "1.png"):
        (folder / "below" / name).unlink()
    said = run(folder, "--conditions", "faded", "on its side")
    assert "- faded: contrast 25 to 60 %, blacks lifted" in said
    errors, scores = said.split("The score of a photo")
    for name in ("as they are", "faded", "on its side"):
        assert f"| {name} | colornet, vividness 0.6 |" in errors
        assert f"| {name} | colornet | 75.0% |" in scores
    assert "dark" not in said


@pytest.mark.slow
def test_framed_copies_are_measured_where_asked(folder: Path, network: FakeNetwork) -> None:
    text = run(folder, "--framed")
    assert "| white paper | 1 |" in text and "| all | 3 |" in text
    assert "Photos without a frame in which a border was found: 0 of 3 (none)" in text
    assert "framed copies" not in run(folder)


def test_the_reach_of_hints_is_measured_where_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a photo in one colour, a single hint tells all."""
    for path in (folder / "below").iterdir():
        path.unlink()
    Image.new("RGB", (64, 64), (90, 120, 60)).save(folder / "below" / "plain.png")
    use(monkeypatch, HintableNetwork())
    page = folder / "out.html"
    text = run(folder / "below", "--hints", "--gallery", page).split("Gain in PSNR")[1]
    assert page.read_text().count("<polyline") == 4
    faithful, vivid, _, theirs = [row.split(" | ") for row in text.splitlines()[4:8]]
    assert faithful[0] == "| colornet, vividness 0" and vivid[0] == "| colornet, vividness 0.6"
    gains = [float(cell.strip(" |")) for cell in faithful[2:]]
    assert 8 < gains[0] < gains[-1] and gains == sorted(gains)
    assert theirs[2:4] == ["0.94", ""]
    use(monkeypatch, FakeNetwork())
    assert "Gain in PSNR" not in run(folder / "below", "--hints")


def test_photos_are_measured_at_the_size_that_the_command_tells(folder: Path) -> None:
    lab = read_lab((folder / "below/0.png").read_bytes())
    assert lab.shape == (metrics.SIDE, 1.5 * metrics.SIDE, 3) and metrics.SIDE == 256
