"""Numbers formatted for people."""

import pytest

from colorize.templatetags.figures import size, thousands


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (5_000_000, "5 MB"), (10**10, "10 GB")],
)
def test_sizes_count_in_thousands_as_the_settings_do(number: int, told: str) -> None:
    assert size(number).replace("\N{NO-BREAK SPACE}", " ") == told


def test_thousands_stand_apart() -> None:
    assert thousands(10_000) == "10,000"
