"""Programs of the named people."""

import pytest
from django.contrib.auth.models import User

from tests.gallery.api import Api


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
