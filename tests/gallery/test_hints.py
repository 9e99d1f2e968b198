"""Colour hints of pictures: sent, kept, told, carried along."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.hints import MOST_HINTS, hints_of
from colorize.service import Options
from gallery.models import Picture
from gallery.services import pictures
from jobs.models import Job
from tests.cast import grey, picture
from tests.conftest import use
from tests.fakes import FakeNetwork, HintableNetwork
from tests.gallery.api import Api
from tests.photos import photo

pytestmark = pytest.mark.django_db
HINTS = "0.1,0.5,#446622 0.9,0.5,grey"
LISTED = [{"x": 0.1, "y": 0.5, "colour": "#446622"}, {"x": 0.9, "y": 0.5, "colour": "grey"}]


@pytest.fixture
def hintable(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    return use(monkeypatch, HintableNetwork())


@pytest.fixture
def kept(owner: User, hintable: FakeNetwork) -> Picture:
    """Of 96 × 64 pixels, dark on the left and pale on the right, with two hints."""
    options = Options(hints=hints_of(HINTS))
    return pictures.colorize_and_save(owner, photo("PNG"), options, "Grandma.png").picture


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", photo("PNG"))


def test_programs_send_hints_and_are_told_them(api: Api, kept: Picture) -> None:
    told = api.get(f"pictures/{kept.pk}").json()
    assert told["hints"] == told["versions"][0]["hints"] == LISTED
    wanted = [{"x": 0.25, "y": 1, "colour": "#ABCDEF"}, {"x": 0.123456, "y": 0, "colour": "keep"}]
    made = api.post(f"pictures/{kept.pk}/recolor", {"hints": wanted})
    assert made.status_code == 200, made.content
    assert made.json()["hints"] == [
        {"x": 0.25, "y": 1, "colour": "#abcdef"},
        {"x": 0.1235, "y": 0, "colour": "keep"},
    ]
    again = api.post(f"pictures/{kept.pk}/recolor", {"hints": wanted}).json()
    assert len(again["versions"]) == 2


def test_what_programs_send_back_is_what_they_got(api: Api, kept: Picture) -> None:
    told = api.get(f"pictures/{kept.pk}").json()
    again = api.post(f"pictures/{kept.pk}/recolor", {"hints": told["hints"]}).json()
    assert again["version"] == told["version"] and len(again["versions"]) == 1


@pytest.mark.parametrize(
    "hints, reason",
    [
        ("0.1,0.5,grey", "Expected a list"),
        ({"x": 0, "y": 0, "colour": "grey"}, "Expected a list"),
        (["grey"], "hint 1: "),
        ([None], "hint 1: "),
        ([*LISTED, {"x": 0.5, "y": 0.5}], "hint 3: “colour”: This field is required."),
        ([{"x": "0.5", "y": 0.5, "colour": "grey"}], "hint 1: “x”: A valid number"),
        ([{"x": True, "y": 0.5, "colour": "grey"}], "hint 1: “x”: A valid number"),
        ([{"x": 1.01, "y": 0.5, "colour": "grey"}], "hint 1: “x”: "),
        ([{"x": 0.5, "y": -1, "colour": "grey"}], "hint 1: “y”: "),
        ([{"x": 0, "y": 0, "colour": "red"}], "hint 1: “colour”: it is #rrggbb, grey or keep."),
        ([{"x": 0, "y": 0, "colour": 446622}], "hint 1: “colour”: it is #rrggbb, grey or keep."),
        ([{"x": 0, "y": 0, "color": "grey"}], "hint 1: “color”: unknown field"),
        ([LISTED[0]] * (MOST_HINTS + 1), "there are more than 200 hints."),
    ],
)
def test_each_mistake_is_told(api: Api, kept: Picture, hints: Any, reason: str) -> None:
    refused = api.post(f"pictures/{kept.pk}/recolor", {"hints": hints})
    body = refused.json()
    assert (refused.status_code, body["error"]) == (400, "bad_field")
    assert body["message"].startswith("Please check “hints”: ") and reason in body["message"]
    assert kept.versions.count() == 1


def test_forms_take_them_as_text(api: Api, client: Client, hintable: FakeNetwork) -> None:
    made = api.upload(hints=HINTS)
    assert made.status_code == 201 and made.json()["hints"] == LISTED
    told = client.post("/colorize", {"image": upload(), "hints": HINTS, "layers": "hints"}).json()
    assert told["hints"] == LISTED and told["hint_layers"]["width"]
    for path in ("/colorize", "/api/v1/colorize"):
        headers = api.headers if "api" in path else {}
        sent = {"image": upload(), "hints": json.dumps(LISTED)}
        refused = client.post(path, sent, headers=headers)
        assert refused.status_code == 400 and "#rrggbb, grey or keep" in refused.json()["message"]


def test_a_network_that_takes_none_says_so(api: Api, network: FakeNetwork, owner: User) -> None:
    kept = picture(owner)
    refused = api.post(f"pictures/{kept.pk}/recolor", {"hints": LISTED})
    assert refused.status_code == 400 and "takes no colour hints" in refused.json()["message"]
    assert kept.versions.count() == 1


def test_many_photos_have_no_hints_together(api: Api, network: FakeNetwork) -> None:
    refused = api.post("jobs", {"title": "Scans", "hints": LISTED})
    assert refused.status_code == 400 and "hints" in refused.json()["message"]
    sent = {"images": SimpleUploadedFile("a.png", grey()), "hints": HINTS}
    refused = api.client.post("/api/v1/jobs", sent, headers=api.headers)
    assert refused.status_code == 400 and "hints" in refused.json()["message"]
    assert not Job.objects.exists()


def test_films_have_none(api: Api, network: FakeNetwork) -> None:
    refused = api.post("videos", {"name": "a.mp4", "size": 9, "hints": LISTED})
    assert refused.status_code == 400 and "hints" in refused.json()["message"]
