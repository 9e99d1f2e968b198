"""What was noticed about a photo is said wherever it is shown, with a way to colour it again."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.predict import Predicted, predict
from colorize.web import offers
from colorize.web.offers import Offer
from tests.cast import grey, picture
from tests.gallery.api import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "dark")]
NOTICED = Noticed(border=(0.1, 0.1, 0.9, 0.8), dark=True)
OFFER = Offer("This photo is very dark.", "Make it pale", {"vividness": 0.25})


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", grey())


def rule(noticed: Noticed, options: Options) -> Offer | None:
    return OFFER if noticed.dark and options.vividness != 0.25 else None


@pytest.fixture
def dark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every photo is noticed to be dark and to have a border."""

    def noticing(*args: Any, **kwargs: Any) -> Predicted:
        return replace(predict(*args, **kwargs), noticed=NOTICED)

    monkeypatch.setattr("colorize.engine.pipeline.predict", noticing)
    monkeypatch.setattr(offers, "RULES", (rule,))


def test_a_visitor_is_sent_to_choose_the_photo_again(client: Client) -> None:
    page = client.post("/", {"image": upload()}).content.decode()
    assert OFFER.sentence in page
    address = page.split('<a class="button" href="/?')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/?{address}").context["form"]
    assert form["vividness"].value() == 0.25


def test_wrong_options_in_a_link_are_ignored(client: Client) -> None:
    response = client.get("/?vividness=7")
    assert response.status_code == 200
    assert response.context["form"]["vividness"].value() == Options.vividness


def test_the_owner_colours_it_again_with_one_press(home: Client, owner: User) -> None:
    kept = picture(owner)
    page = home.get(kept.get_absolute_url())
    ((offer, values),) = page.context["offers"]
    assert offer == OFFER and OFFER.label in page.content.decode()
    home.post(f"/pictures/{kept.pk}/recolor", values)
    kept.refresh_from_db()
    assert kept.shown.made_with.vividness == 0.25 and kept.shown.seen == NOTICED
    assert OFFER.sentence not in home.get(kept.get_absolute_url()).content.decode()


def test_programs_are_told(api: Api, client: Client) -> None:
    told = [api.upload().json(), client.post("/colorize", {"image": upload()}).json()]
    told.append(told[0]["versions"][0])
    for body in told:
        assert body["noticed"] == NOTICED.as_dict() | {"border": [0.1, 0.1, 0.9, 0.8]}
        assert [offer["changes"] for offer in body["offers"]] == [{"vividness": 0.25}]


def test_what_an_older_version_kept_is_read() -> None:
    assert Noticed.stored({"gone": 1}) == Noticed()
    assert Noticed.stored(NOTICED.as_dict() | {"border": list(NOTICED.border or ())}) == NOTICED
