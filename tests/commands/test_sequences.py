"""manage.py colorize --sequence: numbered photos as the frames of a film."""

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
import pytest
from django.core.management import CommandError
from PIL import Image

from colorize.engine.networks import Prediction
from colorize.engine.planes import Plane
from colorize.engine.video.film import Bytes, Film
from colorize.engine.video.planes import lightness, luma_of
from tests.commands.test_command import counted, run
from tests.conftest import use
from tests.engine.video.made import luma_of as frame
from tests.fakes import FakeNetwork

FRAMES = 20


def write(folder: Path, numbers: Iterable[int], name: str = "frame_{:04}.png") -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        save(folder / name.format(number), frame(number))
    return folder


def save(path: Path, grey: Bytes) -> None:
    Image.fromarray(grey).save(path)


@pytest.fixture
def reel(tmp_path: Path) -> Path:
    return write(tmp_path / "reel", range(1, FRAMES + 1))


def lab(path: Path) -> Plane:
    import cv2

    with Image.open(path) as picture:
        rgb = np.asarray(picture.convert("RGB"), np.float32) / 255
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab))


def test_they_become_a_film(reel: Path, network: FakeNetwork) -> None:
    status, out, err = run(reel, sequence="film", rate=10)
    assert (status, counted(out), err) == (0, "1 of 1 films done.", "")
    with av.open(str(reel.parent / "reel-colorized.mp4")) as film:
        frames = list(film.decode(video=0))
        assert film.metadata["comment"].startswith("The colours of this film were made")
    assert [one.time for one in frames] == pytest.approx([n / 10 for n in range(FRAMES)])
    for number, one in enumerate(frames, 1):
        rgb = one.to_ndarray(format="rgb24").astype(int)
        assert abs(rgb.mean() - frame(number).mean()) < 12
        assert np.ptp(rgb, axis=2).mean() > 10
    assert {path.suffix for path in reel.iterdir()} == {".png"}


def test_they_become_photos_again(reel: Path, network: FakeNetwork) -> None:
    status, out, err = run(reel, sequence="photos", format="png")
    assert (status, counted(out), err) == (0, "1 of 1 sequences done.", "")
    for number in range(1, FRAMES + 1):
        made = lab(reel / f"frame_{number:04}-colorized.png")
        assert np.abs(made[..., 0] - lab(reel / f"frame_{number:04}.png")[..., 0]).max() < 0.6
        assert np.hypot(made[..., 1], made[..., 2]).mean() > 5


def test_their_colours_are_steadier_than_of_photos(
    reel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fickle(FakeNetwork):
        def predict(self, L: Plane) -> Prediction:
            self.faithful = [(8, 28), (24, 12), (2, 20)][len(self.shapes) % 3]
            return super().predict(L)

    use(monkeypatch, Fickle())
    changes = []
    for name, options in (("alone", {}), ("steady", {"sequence": "photos", "best": True})):
        run(reel, "-o", tmp_path / name, format="png", vividness=0, **options)
        made = sorted((tmp_path / name).iterdir())
        means = [lab(path)[..., 1:].mean(axis=(0, 1)) for path in made]
        assert len(means) == FRAMES
        changes.append(np.abs(np.diff(means, axis=0)).mean())
    assert changes[1] < changes[0] / 5


def test_they_are_in_the_order_of_their_numbers(tmp_path: Path, network: FakeNetwork) -> None:
    folder = write(tmp_path / "reel", [8, 9, 10, 11], "shot2_{}.png")
    run(folder, sequence="film")
    with av.open(str(tmp_path / "reel-colorized.mp4")) as film:
        found = [one.to_ndarray(format="gray") for one in film.decode(video=0)]
    columns = [int(np.argmax(grey[12].astype(int) > 190)) for grey in found]
    assert columns == sorted(columns) and len(set(columns)) == 4


def test_a_part_of_them(reel: Path, network: FakeNetwork) -> None:
    run(reel, sequence="photos", rate=10, start=0.5, end=0.8)
    assert sorted(path.name for path in reel.glob("*-colorized.jpg")) == [
        f"frame_{number:04}-colorized.jpg" for number in (6, 7, 8)
    ]
    status, _, err = run(reel, sequence="film", rate=10, start=7)
    assert status == 1 and "Nothing of the film is left; it is 0:02 long." in err


def test_what_is_there_is_not_made_again(reel: Path, network: FakeNetwork) -> None:
    for kind, noun in (("film", "films"), ("photos", "sequences")):
        run(reel, sequence=kind)
        asked = len(network.shapes)
        status, out, err = run(reel, sequence=kind)
        assert (status, counted(out)) == (0, f"1 of 1 {noun} done, 1 of them earlier.")
        assert "; use --overwrite" in err and len(network.shapes) == asked
        run(reel, sequence=kind, overwrite=True)
        assert len(network.shapes) > asked


def test_after_a_stop_only_the_rest_is_written(reel: Path, network: FakeNetwork) -> None:
    run(reel, sequence="photos")
    kept, lost = (reel / f"frame_{number:04}-colorized.jpg" for number in (3, 4))
    same, before = lost.read_bytes(), kept.stat().st_mtime_ns
    lost.unlink()
    told = f"1 of 1 sequences done.\nThe result is {reel}\n"
    assert run(reel, sequence="photos")[:2] == (0, told)
    assert lost.read_bytes() == same and kept.stat().st_mtime_ns == before


def test_missing_frames_are_told(tmp_path: Path, network: FakeNetwork) -> None:
    folder = write(tmp_path / "reel", [1, 3, 4, 8, 9])
    status, out, err = run(folder, sequence="film")
    assert (status, counted(out)) == (0, "1 of 1 films done.")
    assert f"{folder}: frame 2, 5 to 7 is missing." in err


def test_a_frame_of_another_size_or_a_broken_one_is_told(reel: Path, network: FakeNetwork) -> None:
    odd = reel / "frame_0007.png"
    save(odd, frame(7, width=80))
    status, out, err = run(reel, sequence="film")
    assert (status, counted(out)) == (1, "0 of 1 films done.")
    assert f"{odd}: It has 80 × 48 pixels, unlike the first frame." in err
    odd.write_bytes(odd.read_bytes()[:60])
    status, _, err = run(reel, sequence="photos")
    assert status == 1 and f"{odd}: The photo is damaged" in err
    assert not (reel.parent / "reel-colorized.mp4").exists()
    assert not list(reel.parent.glob(".colorized-*"))


def test_what_is_no_sequence_is_told(tmp_path: Path, network: FakeNetwork) -> None:
    empty, two, same = tmp_path / "empty", tmp_path / "two", tmp_path / "same"
    empty.mkdir()
    write(write(two, [1], "a{}.png"), [1], "b{}.png")
    write(write(same, [1]), [1], "frame_{}.png")
    unnumbered = write(tmp_path / "unnumbered", [1], "title.png")
    file = tmp_path / "film.mp4"
    file.write_bytes(b"no folder")
    status, out, err = run(empty, two, same, unnumbered, file, sequence="film")
    assert (status, counted(out)) == (1, "0 of 5 films done.")
    assert f"{empty}: There are no numbered photos in this folder." in err
    assert f"{two}: There are several sequences in this folder (a….png and b….png)." in err
    assert f"{same}: frame_0001.png and frame_1.png have the same number." in err
    assert f"{unnumbered}: title.png has no number" in err
    assert f"{file}: A sequence is a folder of numbered photos, and this is not one." in err


def test_hints_and_pages_are_for_one_photo(reel: Path, network: FakeNetwork) -> None:
    for words in (("--hint", "0.5,0.5,#446622"), ("--page", "2")):
        with pytest.raises(CommandError, match="not for sequences"):
            run(reel, *words, sequence="film")


def test_photos_need_nothing_that_reads_films(reel: Path, network: FakeNetwork) -> None:
    from colorize import films

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "are_on", lambda: False)
        assert run(reel, sequence="photos")[0] == 0
        status, _, err = run(reel, sequence="film")
    assert status == 1 and "Films are switched off" in err


@pytest.mark.parametrize("full_range", [False, True])
def test_luma_and_lightness_are_each_others_way_back(full_range: bool) -> None:
    film = Film(16, 16, full_range=full_range)
    luma = np.arange(256, dtype=np.uint8).reshape(16, 16)
    shown = luma if full_range else np.clip(luma, 16, 235)
    assert (luma_of(lightness(luma, film), film) == shown).all()
