"""What a saved picture would look like with other options, without sending it again."""

import base64
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from colorize.engine.hints import hints_of
from colorize.engine.outputs import VIEW_SIDE
from colorize.service import Options
from colorize.web.forms import form_values
from gallery.models import Picture
from gallery.services import bin, pictures
from tests.cast import picture
from tests.fakes import FakeNetwork
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
HINTS = hints_of("0.1,0.5,#446622")


@pytest.fixture
def kept(owner: User, hintable: FakeNetwork) -> Picture:
    return pictures.colorize_and_save(owner, photo("PNG"), Options(hints=HINTS), "a.png").picture


def asked(client: Client, kept: Picture, **fields: Any) -> Any:
    values = form_values(kept.shown.made_with) | {"layers": "hints"} | fields
    return client.post(f"/pictures/{kept.pk}/preview", values)


def pixels(told: dict[str, str]) -> np.ndarray:
    return np.asarray(opened(base64.b64decode(told["image"])), int)


def test_the_owner_gets_the_layers_of_the_original(home: Client, kept: Picture) -> None:
    told = asked(home, kept).json()
    assert told["format"] == "png" and pixels(told).ndim == 2
    assert told["hints"] == [{"x": 0.1, "y": 0.5, "colour": "#446622"}]
    assert told["hint_layers"]["photo"] == {"height": 64, "width": 96}
    assert kept.versions.count() == 1


def test_its_lightness_is_that_of_the_photo(home: Client, kept: Picture) -> None:
    whole = np.asarray(opened(photo("PNG")).convert("L"), int)
    assert np.abs(pixels(asked(home, kept).json()) - whole).max() <= 1
    part = pixels(asked(home, kept, turn="90", crop="0 0 50 100").json())
    assert np.abs(part - np.rot90(whole, -1)[:, :32]).max() <= 1


def test_without_hints_it_comes_in_colour(home: Client, kept: Picture) -> None:
    told = asked(home, kept, layers="true", vividness="0.25").json()
    assert told["format"] == "jpeg" and pixels(told).ndim == 3
    assert told["vividness"] == 0.25 and told["ab_step"] and "hint_layers" not in told


def test_a_large_one_is_made_smaller(home: Client, owner: User, kept: Picture) -> None:
    large = photo("PNG", np.tile(np.arange(1600, dtype=np.uint16) % 256, (800, 1)).astype(np.uint8))
    scan = pictures.colorize_and_save(owner, large, Options(), "b.png").picture
    assert pixels(asked(home, scan).json()).shape == (VIEW_SIDE // 2, VIEW_SIDE)


def test_a_network_that_takes_no_hints_is_shown_in_colour(
    home: Client, kept: Picture, plain_network: str
) -> None:
    told = asked(home, kept, network=plain_network).json()
    assert told["format"] == "jpeg" and told["hints"] == []


def test_nobody_else_gets_it(client: Client, stranger: User, kept: Picture) -> None:
    assert asked(client, kept).status_code == 401
    client.force_login(stranger)
    assert asked(client, kept).status_code == 404
    kept.visibility = "public"
    kept.save()
    assert asked(client, kept).status_code == 404


def test_it_is_not_given_out_of_the_bin(home: Client, kept: Picture) -> None:
    bin.move_to_bin(Picture.objects.filter(pk=kept.pk), timezone.now())
    assert asked(home, kept).status_code == 404


def test_another_site_cannot_ask_for_it(owner: User, kept: Picture) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    refused = asked(browser, kept)
    assert refused.status_code == 403 and refused.json()["message"]


def test_what_goes_wrong_is_told(home: Client, owner: User, kept: Picture) -> None:
    refused = asked(home, kept, crop="5 5")
    assert refused.status_code == 400 and "four numbers" in refused.json()["message"]
    assert home.get(f"/pictures/{kept.pk}/preview").status_code == 405
    kept.original.delete(save=False)
    assert asked(home, kept).json()["error"] == "original_lost"


def test_it_counts_as_a_photo(home: Client, kept: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "1/min", raising=False)
    assert [asked(home, kept).status_code for _ in range(2)] == [200, 429]


def test_films_have_none(home: Client, owner: User) -> None:
    kept = picture(owner)
    Picture.objects.filter(pk=kept.pk).update(seconds=2)
    kept.versions.update(seconds=2)
    assert asked(home, kept).json()["error"] == "not_for_films"
