"""The same photo at every door: the page, the endpoint, the API. Each does the same work in the
same order, and none does it twice."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize import service
from colorize.engine import pipeline
from colorize.engine.options import Options
from gallery.models import Picture, Version
from gallery.services import pictures
from tests.cast import content, grey, picture
from tests.gallery.api import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

PHOTO = grey(77)
Door = Callable[..., Any]
# Quota is asked again with the exact bytes and the lock.
IN_ORDER = ["duplicate", "quota", "prepare", "predict", "finish", "save", "quota"]


class Recorder:
    """Notes the steps of the work as they are done, and the digest of what is decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[str] = []
        self.decoded: list[str] = []
        self.monkeypatch = monkeypatch
        self.follow(pictures, "find", "duplicate")
        self.follow(pictures, "check_room", "quota")
        self.follow(pipeline, "prepare", "prepare")
        self.follow(pipeline, "predict", "predict")
        self.follow(pipeline, "finish", "finish")
        self.follow(pictures, "save", "save")

    def follow(self, place: Any, name: str, step: str) -> None:
        real = getattr(place, name)

        def noted(*args: Any, **kwargs: Any) -> Any:
            self.steps.append(step)
            if step == "prepare":
                self.decoded.append(hashlib.sha256(args[0]).hexdigest())
            return real(*args, **kwargs)

        self.monkeypatch.setattr(place, name, noted)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(monkeypatch)


def form(**fields: str) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("Grandma.png", PHOTO), **fields}


def page(home: Client, api: Api, **fields: str) -> Any:
    return home.post("/", form(**fields))


def endpoint(home: Client, api: Api, **fields: str) -> Any:
    return home.post("/colorize", form(**fields))


def by_api(home: Client, api: Api, **fields: str) -> Any:
    return api.upload(77, **fields)


DOORS: dict[str, Door] = {"page": page, "endpoint": endpoint, "API": by_api}


@pytest.fixture(params=list(DOORS))
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]


def test_every_door_does_the_same_in_the_same_order(
    door: Door, home: Client, api: Api, steps: Recorder, owner: User
) -> None:
    assert door(home, api).status_code in (200, 201, 302)
    assert steps.steps == IN_ORDER
    # Its own bytes, decoded once; and what is stored is what arrived.
    assert steps.decoded == [hashlib.sha256(PHOTO).hexdigest()]
    saved = Picture.objects.get()
    assert content(saved.original) == PHOTO
    assert saved.shown.options == service.make_options().as_dict()


def test_a_photo_that_is_there_is_coloured_at_no_door(
    door: Door, home: Client, api: Api, steps: Recorder
) -> None:
    door(home, api)
    before = content(Picture.objects.get().shown.result)
    steps.steps.clear()
    again = door(home, api)
    assert steps.steps == ["duplicate"]
    assert again.status_code in (200, 302) and Version.objects.count() == 1
    if door is endpoint:
        body = again.json()
        assert base64.b64decode(body["image"]) == before
        assert body["saved_before"] and body["filename"] == "Grandma-colorized.jpg"
        assert (body["confidence"], body["width"]) == (75, 64)
        assert body["vividness"] == Options.vividness


def test_the_file_of_a_photo_that_is_there_is_the_stored_one(
    home: Client, api: Api, steps: Recorder
) -> None:
    page(home, api)
    before = content(Picture.objects.get().shown.result)
    steps.steps.clear()
    assert page(home, api, answer="file").getvalue() == before
    assert home.post("/colorize", form(), headers={"Accept": "image/jpeg"}).getvalue() == before
    assert steps.steps == ["duplicate"] * 2


def test_layers_of_stored_colours_are_not_known(home: Client, api: Api) -> None:
    assert endpoint(home, api, layers="true").json()["ab_step"]
    again = endpoint(home, api, layers="true").json()
    assert (again["ab_step"], again["confidence_map"], again["confidence"]) == (None, None, 75)


def test_other_options_are_coloured_and_the_picture_stays(
    home: Client, api: Api, steps: Recorder
) -> None:
    endpoint(home, api)
    steps.steps.clear()
    body = endpoint(home, api, vividness="0.5").json()
    assert (body["vividness"], body["saved_before"]) == (0.5, True)
    assert steps.steps == ["duplicate", "prepare", "predict", "finish"]
    assert Version.objects.get().made_with.vividness == Options.vividness


def test_a_stored_result_that_is_lost_is_made_again(home: Client, api: Api) -> None:
    first = endpoint(home, api).json()
    shown = Picture.objects.get().shown
    shown.result.storage.delete(str(shown.result.name))
    assert endpoint(home, api).json()["image"] == first["image"]


def test_where_the_gallery_is_full_the_colours_are_shown_and_why_they_are_not_saved(
    home: Client, api: Api, owner: User, settings: Any, steps: Recorder
) -> None:
    picture(owner)
    settings.QUOTA_PICTURES = 1
    steps.steps.clear()
    shown = page(home, api).content.decode()
    assert 'src="data:image/jpeg' in shown and "Your gallery is full: it holds 1 picture" in shown
    body = endpoint(home, api).json()
    assert body["image"] and body["not_saved"]["error"] == "over_quota"
    assert steps.steps == ["duplicate", "quota", "prepare", "predict", "finish"] * 2
    # A program that asks for a picture gets none, and nothing is coloured for it.
    steps.steps.clear()
    refused = by_api(home, api)
    assert (refused.status_code, refused.json()["error"]) == (403, "over_quota")
    assert steps.steps == ["duplicate", "quota"]
    assert Picture.objects.count() == 1


def test_colours_that_are_not_saved_come_without_thumbnails(
    home: Client, api: Api, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = pipeline.colorize

    def note(*args: Any, **words: Any) -> Any:
        asked.append(args[5])
        return real(*args, **words)

    monkeypatch.setattr(pipeline, "colorize", note)
    settings.QUOTA_PICTURES = 0
    page(home, api)
    page(home, api, save="never")
    assert asked == [(), ()]


@pytest.mark.parametrize("path", ["/", "/colorize"])
def test_visitors_have_nothing_looked_up(path: str, client: Client, steps: Recorder) -> None:
    assert client.post(path, form()).status_code == 200
    assert steps.steps == ["prepare", "predict", "finish"]
