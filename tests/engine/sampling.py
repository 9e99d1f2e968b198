"""Tests of hundreds of a kind: a share of them each time, all of them with the slow ones."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest


def sampled(*axes: Iterable[Any], every: int = 7) -> list[Any]:
    """All combinations of the values, for `parametrize`; all but every seventh are slow.
    `every`: shares no factor with the numbers of values, so that each value is in the sample."""
    return [
        pytest.param(*values, marks=[pytest.mark.slow] if n % every else [])
        for n, values in enumerate(product(*axes))
    ]
