"""Browsers and programs of the named people."""

import pytest
from django.test import Client

from accounts.models import User
from tests.gallery.api import Api
from tests.login import logged_in


@pytest.fixture
def home(owner: User) -> Client:
    """The owner's browser, just logged in."""
    return logged_in(owner)


@pytest.fixture
def api(owner: User) -> Api:
    return Api(owner)


@pytest.fixture
def reader(owner: User) -> Api:
    """With a token that may only read."""
    return Api(owner, "read")


@pytest.fixture
def others(stranger: User) -> Api:
    return Api(stranger)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks too often."""
    monkeypatch.setattr("colorize.web.ratelimit.Throttle.allow_request", lambda *_: True)
