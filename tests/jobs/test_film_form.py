"""The form of a film as people without scripts see it, and the ways that lead to it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from jobs.models import Job
from tests.jobs import reels
from tests.login import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def films_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colorize.films.are_on", lambda: False)


def page(client: Client, address: str = "/film") -> str:
    return client.get(address).content.decode()


def test_it_asks_for_a_film_and_its_options() -> None:
    shown = page(Client())
    for name in ("film", "start", "end", "vividness", "best"):
        assert f'name="{name}"' in shown, name
    assert ".mkv" in shown and "You don’t need an account." in shown


def test_its_limits_are_those_of_who_asks(owner: User, settings: Any) -> None:
    settings.VISITOR_FILM_SECONDS, settings.FILM_SECONDS = 60, 3600
    assert "Up to 60 seconds at a time." in page(Client())
    assert "Up to 60 minutes at a time." in page(logged_in(owner))


def test_visitors_are_asked_to_log_in_where_films_are_for_accounts(
    owner: User, settings: Any
) -> None:
    settings.VISITOR_FILM_BYTES = 0
    shown = page(Client())
    assert "for people with an account" in shown and 'name="film"' not in shown
    assert 'name="film"' in page(logged_in(owner))


def test_a_tab_leads_to_it() -> None:
    assert 'href="/film"' in page(Client(), "/")


def test_where_films_are_switched_off_nothing_leads_to_them(films_are_off: None) -> None:
    assert "A film</a>" not in page(Client(), "/")
    answer = Client().get("/film")
    assert answer.status_code == 503 and "switched off" in answer.content.decode()


def test_what_is_wrong_is_said_on_the_form() -> None:
    sent = {"film": SimpleUploadedFile("a.mp4", reels.film()), "vividness": "2"}
    for form in ({}, sent):
        answer = Client().post("/film", form)
        assert answer.status_code == 400 and 'name="film"' in answer.content.decode()
    assert not Job.objects.exists()


def test_the_form_of_a_photo_says_where_films_go() -> None:
    answer = Client().post("/", {"image": SimpleUploadedFile("a.mp4", reels.film())})
    assert answer.status_code == 415 and "Colour a film</a>" in answer.content.decode()


def test_a_film_from_the_device_may_be_played_before_it_is_sent() -> None:
    policy = Client().get("/film")["Content-Security-Policy"]
    assert "media-src 'self' blob:" in policy
