"""Programs of the named people."""

import pytest
from django.contrib.auth.models import User

from gallery.models import ShareLink
from tests.gallery.api import Api


@pytest.fixture(autouse=True)
def address_of_shared_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the page of shared pictures is here."""
    monkeypatch.setattr(ShareLink, "get_absolute_url", lambda link: f"/s/{link.token}")


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
