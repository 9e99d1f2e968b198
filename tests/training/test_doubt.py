"""How much less sure to be of faded and dark photos: the least that is enough."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from colorize.engine.doubt import Doubt
from colorize.engine.networks import Prediction
from colorize.engine.planes import Plane
from colorize.training.doubt import Copy, above, copies_of, least_doubt, measure, table, too_high
from colorize.training.errors import TrainingError
from tests.conftest import ROOT
from tests.fakes import FakeNetwork
from tests.photos import photo


def copy(score: float, itself: int = 60, right: float = 0.5, lack: float = 1) -> Copy:
    return Copy(np.full((4, 4), score, np.float32), right, lack, itself)


def odds(score: float) -> float:
    return float(np.log(score / (1 - score)))


def test_the_doubt_is_just_enough() -> None:
    copies = [copy(score) for score in (0.5, 0.6, 0.7)]
    doubt = least_doubt(copies)
    assert odds(0.7) - odds(0.605) <= doubt <= odds(0.7) - odds(0.605) + 0.05
    assert above(copies, doubt).max() <= 0 < above(copies, doubt - 0.05).max()


def test_one_copy_in_a_hundred_may_score_above_the_photo_itself() -> None:
    assert least_doubt([copy(0.9), *[copy(0.6)] * 99]) == 0
    assert least_doubt([copy(0.9), copy(0.9), *[copy(0.6)] * 98]) > 1


def test_no_doubt_is_needed_where_copies_score_less() -> None:
    assert least_doubt([copy(0.5), copy(0.6)]) == 0


def test_only_scores_of_about_80_count_for_how_far_they_are_off() -> None:
    copies = [copy(0.8, right=0.75), copy(0.75, right=0.6), copy(0.4, right=0.9)]
    assert too_high(copies, 0) == pytest.approx(10)
    assert too_high([copy(0.4)], 0) == 0


class SureInTheDark(FakeNetwork):
    """Surer where there is little of the middle, as dark photos have it."""

    doubt = Doubt()

    def predict(self, L: Plane) -> Prediction:
        self.confidence = 0.6 + 0.2 * float((L < 30).mean())
        return super().predict(L)


def photos() -> list[tuple[str, np.ndarray]]:
    ramp = np.linspace(60, 255, 96)[None, :, None] * np.ones((64, 1, 3))
    grain = np.random.default_rng(5).normal(0, 8, ramp.shape)
    noisy = np.clip(ramp + grain, 0, 255).astype(np.uint8)
    return [("a/1.png", noisy), ("a/2.png", noisy[::-1].copy())]


def test_photos_are_copied_and_measured() -> None:
    copies = copies_of(SureInTheDark(), photos())
    found = measure(copies)
    assert found.dark > 0
    lines = list(table(copies, found))
    assert [line.split("  ")[0].strip() for line in lines[2:]] == list(copies)


def test_without_photos_or_confidence_there_is_nothing_to_measure() -> None:
    with pytest.raises(TrainingError, match="no held-out photos"):
        copies_of(FakeNetwork(), [])
    with pytest.raises(TrainingError, match="does not say how sure"):
        copies_of(FakeNetwork(confidence=None), photos())


@pytest.mark.slow
def test_the_command_prints_the_line_of_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="torch is not installed: see requirements-train.txt")
    from colorize.training.__main__ import main

    with tarfile.open(tmp_path / "photos.tar", "w") as tar:
        for name, pixels in photos():
            file = photo("PNG", pixels)
            member = tarfile.TarInfo(f"emod/{name[-5:]}")
            member.size = len(file)
            tar.addfile(member, io.BytesIO(file))
    onnx = ROOT / "models" / "colornet.onnx"
    command = ["training", "doubt", onnx, "--shards", tmp_path / "photos.tar", "--most", 1]
    monkeypatch.setattr("sys.argv", [str(word) for word in command])
    main()
    told = capsys.readouterr().out
    assert 'In its entry of the manifest: "doubt": {"faded": ' in told
    assert "upside down" in told
