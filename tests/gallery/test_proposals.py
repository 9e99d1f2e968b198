"""Other colours that a picture may well have, on a page and for programs."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from colorize.engine.hints import hints_of, stored_hints
from colorize.service import Options
from gallery.models import Picture
from gallery.services import pictures
from tests.cast import picture
from tests.conftest import use
from tests.fakes import FakeNetwork, HintableNetwork, ProposingNetwork
from tests.gallery.api import Api
from tests.gallery.films import save_film
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


@pytest.fixture
def kept(owner: User, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Picture:
    use(monkeypatch, ProposingNetwork())
    options = Options(vividness=0.5, hints=hints_of("0.9,0.9,keep"))
    return pictures.colorize_and_save(owner, photo("PNG"), options, "Grandma.png").picture


def told(api: Api, kept: Picture, query: str = "") -> Any:
    return api.get(f"pictures/{kept.pk}/proposals{query}").json()["proposals"]


def test_one_of_them_becomes_a_version(home: Client, kept: Picture) -> None:
    response = home.get(f"/pictures/{kept.pk}/proposals")
    found = response.context["proposals"]
    assert len(found) > 1 and response.content.decode().count("Use this one") == len(found)
    image, values = found[0]
    small = opened(base64.b64decode(image.partition(",")[2]))
    assert small.size == (96, 64)
    home.post(f"/pictures/{kept.pk}/recolor", values)
    kept.refresh_from_db()
    made_with = kept.shown.made_with
    assert made_with.vividness == 0.5 and kept.versions.count() == 2
    assert made_with.hints == hints_of(values["hints"])
    assert made_with.hints[:1] == hints_of("0.9,0.9,keep") and len(made_with.hints) == 4
    with kept.shown.result.open("rb") as file:
        whole = opened(file.read())
    difference = np.asarray(whole, np.float32) - np.asarray(small, np.float32)
    assert np.abs(difference).mean() < 3


def test_programs_see_them_and_choose_one(api: Api, kept: Picture) -> None:
    found = told(api, kept)
    assert told(api, kept) == found and told(api, kept, "?seed=1") != found
    pixels = [np.asarray(opened(base64.b64decode(each["image"])), float) for each in found]
    assert np.abs(pixels[0] - pixels[1]).mean() > 2
    made = api.post(f"pictures/{kept.pk}/recolor", {"vividness": 0.5, "hints": found[1]["hints"]})
    assert made.json()["hints"] == found[1]["hints"]
    assert found[1]["hints"][0] == {"x": 0.9, "y": 0.9, "colour": "keep"}
    kept.refresh_from_db()
    assert kept.shown.made_with.hints == stored_hints(found[1]["hints"])


def test_pages_go_on_to_others(home: Client, kept: Picture) -> None:
    address = f"/pictures/{kept.pk}/proposals"
    first, again, other, odd = (
        [values["hints"] for _, values in home.get(f"{address}{query}").context["proposals"]]
        for query in ("", "?seed=0", "?seed=1", "?seed=odd")
    )
    assert first == again == odd != other
    assert f"{address}?seed=1" in home.get(address).content.decode()
    assert address in home.get(kept.get_absolute_url()).content.decode()


@pytest.mark.parametrize("seed", ["-1", "odd", str(2**31)])
def test_a_wrong_seed_is_told_to_programs(api: Api, kept: Picture, seed: str) -> None:
    refused = api.get(f"pictures/{kept.pk}/proposals?seed={seed}")
    assert refused.status_code == 400 and "seed" in refused.json()["message"]


def test_a_network_that_makes_none_says_so(
    home: Client, api: Api, owner: User, plain_network: str
) -> None:
    kept = picture(owner)
    kept.versions.update(options=Options(network=plain_network).as_dict())
    refused = api.get(f"pictures/{kept.pk}/proposals")
    assert refused.status_code == 400 and "makes no proposals" in refused.json()["message"]
    page = home.get(f"/pictures/{kept.pk}/proposals")
    assert page.status_code == 400 and "makes no proposals" in page.content.decode()


def test_where_all_looks_alike_there_are_none(
    home: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner)
    use(monkeypatch, HintableNetwork())
    page = home.get(f"/pictures/{kept.pk}/proposals")
    assert page.status_code == 200 and "no suggestions for this picture" in page.content.decode()


def test_films_have_none(home: Client, api: Api, owner: User, tmp_path: Path) -> None:
    film = save_film(owner, tmp_path)
    assert api.get(f"pictures/{film.pk}/proposals").json()["error"] == "not_for_films"
    assert home.get(f"/pictures/{film.pk}/proposals").status_code >= 400


def test_they_count_as_photos(api: Api, kept: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "2/min", raising=False)
    asked = [api.get(f"pictures/{kept.pk}/proposals").status_code for _ in range(3)]
    assert asked == [200, 200, 429]
    assert api.ask("HEAD", f"pictures/{kept.pk}/proposals").status_code == 429


def test_strangers_see_none(client: Client, others: Api, stranger: User, kept: Picture) -> None:
    assert others.get(f"pictures/{kept.pk}/proposals").status_code == 404
    assert client.get(f"/pictures/{kept.pk}/proposals").status_code == 302
    client.force_login(stranger)
    assert client.get(f"/pictures/{kept.pk}/proposals").status_code == 404
    assert kept.versions.count() == 1


@pytest.mark.usefixtures("kept")
def test_scripts_get_their_hints_with_the_other_layers(client: Client) -> None:
    sent = {"image": io.BytesIO(photo("PNG")), "layers": "hints", "vividness": "0.5"}
    found = client.post("/colorize", sent).json()["hint_layers"]["proposals"]
    assert found and all(stored_hints(hints) for hints in found)
    kept = {"image": io.BytesIO(photo("PNG")), "layers": "hints", "hints": "0.9,0.9,grey"}
    found = client.post("/colorize", kept).json()["hint_layers"]["proposals"]
    assert found and all(hints[0]["colour"] == "grey" for hints in found)
