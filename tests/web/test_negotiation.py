"""The header Accept, at both doors for programs."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import photo

pytestmark = pytest.mark.django_db
JSON, JPEG = "application/json", "image/jpeg"

ACCEPTS = [
    ("*/*", JSON),
    ("", JSON),
    (JSON, JSON),
    (JPEG, JPEG),
    ("image/*", JPEG),
    ("image/jpeg, application/json;q=0.5", JPEG),
    ("application/json;q=0.5, image/jpeg", JPEG),
    ("application/json;q=0.5,image/jpeg;q=0.4", JSON),
    ("image/jpeg;q=0.9, application/json", JSON),
    ("image/jpeg, application/json", JSON),
    ("image/jpeg, */*", JPEG),
    ("image/jpeg, */*;q=0.1", JPEG),
    ("*/*, application/json;q=0", JPEG),
    ("image/jpeg;q=0, */*", JSON),
    ("image/*;q=0.4, image/jpeg;q=0.1, application/json;q=0.5", JSON),
    ("image/*;q=0.8, image/jpeg;q=0.1, application/json;q=0.5", "image/png"),
    ("image/gif,image/apng,image/*;q=0.8,*/*;q=0.5", JPEG),
    ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
    ("application/json; charset=utf-8", JSON),
    ("IMAGE/JPEG ; Q=0.7 , application/json ; q=0.6", JPEG),
    ("image/jpeg;q=much, application/json;q=0.5", JPEG),
    ("image/jpeg; a*=klingon''b, application/json;q=0.1", JSON),
    ("nonsense, image/jpeg;q=0.2", JPEG),
    (", ,image/jpeg", JPEG),
]


@pytest.mark.parametrize(("accept", "kind"), ACCEPTS)
def test_the_answer_is_of_the_type_that_is_liked_best(
    accept: str, kind: str, owner: User, network: FakeNetwork
) -> None:
    for path, headers in {"/colorize": {}, "/api/v1/colorize": Api(owner).headers}.items():
        assert post(path, headers | {"Accept": accept})["Content-Type"] == kind


@pytest.mark.parametrize(
    "accept",
    ["image/gif", "nonsense", "application/json;q=0, image/jpeg;q=0.0", "*/*;q=0", "text/*"],
)
def test_nothing_that_is_wanted_is_406(accept: str, owner: User, network: FakeNetwork) -> None:
    for path, headers in {"/colorize": {}, "/api/v1/colorize": Api(owner).headers}.items():
        answer = post(path, headers | {"Accept": accept})
        assert (answer.status_code, answer.json()["error"]) == (406, "not_acceptable")


def post(path: str, headers: dict[str, str]) -> Any:
    image = SimpleUploadedFile("a.jpg", photo())
    return Client().post(path, {"image": image}, headers=headers)
