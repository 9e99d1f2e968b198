"""Fixtures of films."""

import pytest

from colorize.engine.video import planning


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a second were long."""
    monkeypatch.setattr(planning, "LONGEST", 1.0)
