"""Faded and dark photos: what the network gets to see, and contrast restored."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from colorize.engine import pipeline
from colorize.engine.doubt import Doubt
from colorize.engine.limits import Limits
from colorize.engine.networks import Prediction
from colorize.engine.networks.manifest import ManifestError, read_manifest
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.engine.predict import predict
from colorize.engine.tones import Tones, restore_contrast
from colorize.evaluation.conditions import CONDITIONS
from colorize.web.offers import offers
from tests.fakes import FakeNetwork
from tests.photos import lightness_of, opened, photo

# A faded photo, a dark one and a good one: greys from left to right.
FADED, DARK, GOOD = (
    np.tile(np.linspace(*ends, 96).astype(np.uint8), (64, 1))
    for ends in ((110, 170), (0, 70), (0, 255))
)


def ramp(low: float, high: float) -> Plane:
    """(64, 96) L from one end to the other."""
    return np.linspace(low, high, 64 * 96, dtype=np.float32).reshape(64, 96)


class Watching(FakeNetwork):
    """Keeps what it was shown."""

    def predict(self, L: Plane) -> Prediction:
        self.seen = L
        return super().predict(L)


@pytest.mark.parametrize(("low", "high"), [(40, 65), (0, 30), (70, 95), (20, 70)])
def test_the_network_sees_a_faded_or_dark_photo_with_full_contrast(low: float, high: float) -> None:
    network, L = Watching(), ramp(low, high)
    predict(L, network)
    assert np.percentile(network.seen, [1, 99]) == pytest.approx([4, 94], abs=2.5)
    assert np.all(np.diff(network.seen.ravel()[:96]) >= 0)
    assert np.array_equal(L, ramp(low, high)), "the photo's own L is not touched"


@pytest.mark.parametrize(("low", "high"), [(5, 95), (0, 75), (25, 99)])
def test_the_network_sees_a_good_photo_as_it_is(low: float, high: float) -> None:
    network = Watching()
    predict(ramp(low, high), network)
    assert network.seen == pytest.approx(ramp(low, high), abs=1e-4)


def test_contrast_is_given_without_a_jump() -> None:
    """A photo with a little less contrast is shown with a little more."""
    spans = np.arange(40, 80, 0.25)
    shown = [np.ptp(Tones.of(ramp(10, 10 + span)).stretched(ramp(10, 10 + span))) for span in spans]
    assert np.abs(np.diff(shown)).max() < 1.5


def test_a_photo_of_one_tone_is_left_as_it_is(rng: np.random.Generator) -> None:
    for L in (np.full((64, 64), 97, np.float32), rng.normal(50, 0.5, (64, 64)).astype(np.float32)):
        tones = Tones.of(L)
        assert not tones.faded and not tones.dark
        assert tones.stretched(L) is L
        after = L.copy()
        restore_contrast(after, tones)
        assert np.array_equal(after, L)


@pytest.mark.parametrize(
    ("low", "high", "called"),
    [(40, 65, "faded"), (0, 30, "dark"), (65, 97, "faded"), (3, 93, ""), (0, 70, "")],
)
def test_it_is_called_faded_or_dark(low: float, high: float, called: str) -> None:
    tones = Tones.of(ramp(low, high))
    assert [name for name in ("faded", "dark") if getattr(tones, name)] == ([called] * bool(called))


@pytest.mark.parametrize(("low", "high"), [(40, 65), (0, 30), (20, 80), (2, 97)])
def test_restored_contrast_clips_nothing_and_keeps_the_order_of_tones(
    low: float, high: float
) -> None:
    L = ramp(low, high)
    L[0, :8], L[-1, -8:] = max(low - 1, 0), min(high + 4, 100)
    before = L.copy()
    restore_contrast(L, Tones.of(L))
    assert L.min() >= 0 and L.max() <= 100
    assert np.percentile(L, 1) <= max(float(np.percentile(before, 1)), 5.5)
    assert np.percentile(L, 99) >= min(float(np.percentile(before, 99)), 92.5)
    order = np.argsort(before, axis=None)
    assert np.all(np.diff(L.ravel()[order]) >= 0)
    assert len(np.unique(L)) == len(np.unique(before))


def coloured(pixels: NDArray[np.uint8], **options: Any) -> pipeline.Result:
    data = photo("PNG", pixels)
    return pipeline.colorize(data, FakeNetwork((0, 0), (0, 0)), Options(**options), Limits())


@pytest.mark.parametrize("pixels", [FADED, DARK])
def test_the_result_gets_its_contrast_back_only_if_wanted(pixels: NDArray[np.uint8]) -> None:
    as_it_is = lightness_of(np.asarray(opened(coloured(pixels).content)))
    restored = lightness_of(np.asarray(opened(coloured(pixels, restore_contrast=True).content)))
    before = lightness_of(np.repeat(pixels[..., None], 3, axis=2))
    assert np.abs(as_it_is - before).mean() < 0.5
    assert np.ptp(restored) > 85
    assert np.corrcoef(restored[32], before[32])[0, 1] > 0.99


@pytest.mark.parametrize(
    ("pixels", "says"),
    [(FADED, "This photo is faded."), (DARK, "This photo is very dark."), (GOOD, None)],
)
def test_restoring_contrast_is_offered_and_can_be_taken_back(
    pixels: NDArray[np.uint8], says: str | None
) -> None:
    result = coloured(pixels)
    found = offers(result.noticed, result.options)
    assert [offer.sentence for offer in found] == [says] * bool(says)
    for offer in found:
        again = coloured(pixels, **offer.changes)
        assert again.options.restore_contrast and again.noticed == result.noticed
        (back,) = offers(again.noticed, again.options)
        assert replace(again.options, **back.changes) == result.options


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_copy_is_the_same_in_every_run_and_keeps_the_true_colours(name: str) -> None:
    lab = np.dstack([ramp(5, 95), ramp(-20, 20), ramp(0, 40)])
    copy, again = (CONDITIONS[name].copy_of(lab, "a.jpg") for _ in range(2))
    assert np.array_equal(copy, again)
    assert sorted(copy[..., 1].ravel()) == pytest.approx(sorted(lab[..., 1].ravel()))
    if not name.endswith(("side", "down")):
        assert not np.array_equal(copy, CONDITIONS[name].copy_of(lab, "b.jpg"))


def test_copies_have_the_contrast_and_the_light_that_they_say() -> None:
    lab = np.dstack([ramp(0, 100), ramp(0, 0), ramp(0, 0)])
    faded, dark = (CONDITIONS[name].copy_of(lab, "a.jpg")[..., 0] for name in ("faded", "dark"))
    assert 20 < np.ptp(faded) < 65 and faded.min() > 10
    assert 35 < dark.max() < 58 and dark.min() == 0


@pytest.mark.parametrize(("pixels", "score"), [(GOOD, 75), (FADED, 65), (DARK, 52)])
def test_the_network_is_believed_less_on_faded_and_dark_photos(
    pixels: NDArray[np.uint8], score: int
) -> None:
    """The fake network is sure by 75 %, odds of 3 to 1, and doubts by 0.5 and 1 in log odds."""
    result = coloured(pixels)
    assert result.confidence == score
    assert result.confidence_map is not None
    assert result.confidence_map == pytest.approx(score / 100, abs=0.006)


def test_doubt_keeps_certainty_and_grows_with_what_is_lacking() -> None:
    doubt = Doubt(faded=0.4, dark=0.6)
    certain = np.array([[0, 1]], np.float32)
    assert doubt.lowered(certain, Tones(40, 60)).tolist() == [[0, 1]]
    doubts = [doubt.of(Tones(20, 20 + span)) for span in (70, 66, 60, 50, 40)]
    assert doubts == sorted(doubts) and (doubts[0], doubts[-1]) == (0, 0.4)
    assert doubt.of(Tones(0, 40)) == 0.6


def test_the_manifest_declares_the_doubt_of_a_network(tmp_path: Path) -> None:
    entry = {"name": "n", "file": "n.onnx", "licence": "", "input_side": 64, "source": ""}
    told = entry | {"title": "", "sha256": "0", "doubt": {"faded": 0.3}}
    (tmp_path / "manifest.json").write_text(json.dumps({"networks": [told]}))
    assert read_manifest(tmp_path)["n"].doubt == Doubt(faded=0.3)
    told["doubt"] = {"blue": 1}
    (tmp_path / "manifest.json").write_text(json.dumps({"networks": [told]}))
    with pytest.raises(ManifestError, match="blue"):
        read_manifest(tmp_path)
