"""Photos for `manage.py evaluate` that take no time."""

import pytest

from colorize.engine.planes import Plane
from colorize.evaluation import run
from colorize.evaluation.run import read_lab

# Instead of the 256 pixels at which photos are measured: photos of one colour are as good small.
SMALL = 64


@pytest.fixture
def measured_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(data: bytes, side: int = SMALL) -> Plane:
        return read_lab(data, side)

    monkeypatch.setattr(run, "read_lab", small)
