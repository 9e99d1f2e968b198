"""Small odd files, as people have them: each is coloured, with the lightness it should have."""

import numpy as np
import pytest

from colorize import service
from colorize.engine.photo import read_photo
from tests.conftest import ROOT
from tests.fakes import FakeNetwork
from tests.photos import lightness_of, opened

CASES = ROOT / "tests/cases"
PHOTOS = sorted(path.name for path in CASES.iterdir() if not path.name.startswith("._"))
# All of these show one picture, of which some say that its values stand for others.
PLAIN = CASES / "name with a date and no ending 1.5.1932"
SAME = [
    "jpeg-150-scan-markers-in-metadata.jpg",
    "jpeg-JFIF-segment-too-short.jpg",
    "jpeg-without-end-marker.jpg",
    "png-animation-without-frame-control.png",
    "png-compressed-text-over-1MB.png",
    "png-resolution-chunk-too-short.png",
    "png-text-chunk-bad-checksum.png",
]


@pytest.mark.parametrize("name", PHOTOS)
def test_every_case_is_coloured(name: str, network: FakeNetwork) -> None:
    data = (CASES / name).read_bytes()
    result = service.colorize(data)
    assert opened(result.content).size == (result.width, result.height)
    assert service.make_thumbnails(data, [64])


@pytest.mark.parametrize("name", SAME)
def test_a_case_has_the_lightness_of_its_pixels(name: str, network: FakeNetwork) -> None:
    read = read_photo((CASES / name).read_bytes()).L
    assert np.abs(read - read_photo(PLAIN.read_bytes()).L).mean() < 0.5
    result = opened(service.colorize((CASES / name).read_bytes()).content)
    assert np.abs(lightness_of(np.asarray(result)) - read).mean() < 1.5
