"""However many requests come at once, none is forgotten; on PostgreSQL too (make test-services),
where nobody waits for anybody who does not ask for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from colorize.engine.concurrency import LEAST_PIXELS
from colorizer_site import backends
from gallery.models import Picture
from tests.cast import grey, picture, public_picture
from tests.gallery.api import Api
from tests.gallery.at_once import SENT, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network", "counts")]
RATE = 10


@pytest.fixture
def counts(settings: Settings) -> None:
    """In the database or in Redis, as in production: each thread has connections of its own, as
    each process has."""
    if "Redis" not in settings.CACHES["default"]["BACKEND"]:
        settings.CACHES = {"default": backends.table()}
        call_command("createcachetable")


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set a throttle's limit."""
    return lambda name: monkeypatch.setattr(f"{name}.rate", f"{RATE}/min", raising=False)


def some(status: int, times: int = SENT) -> list[int]:
    """As many answers of this status as the limit lets through, and 429 for the rest."""
    return [status] * RATE + [429] * (times - RATE)


def test_requests_of_a_person(api: Api, hold: Any) -> None:
    hold("gallery.api.throttles.PersonThrottle")
    assert at_once(lambda _: Client().get("/api/v1/me", headers=api.headers)) == some(200)


def test_photos_of_a_visitor(hold: Any) -> None:
    hold("colorize.web.ratelimit.PhotoThrottle")

    def send(_: int) -> Any:
        # No photo at all, for what counts is that one was sent.
        return Client().post("/colorize", {"image": SimpleUploadedFile("a.png", b"")})

    assert at_once(send) == some(415)


def test_reports_of_a_visitor(owner: User, hold: Any) -> None:
    hold("gallery.services.reports.ReportThrottle")
    shown = [public_picture(owner, f"Harbour {n}", n) for n in range(SENT)]

    def send(number: int) -> Any:
        return Client().post(f"{shown[number].get_absolute_url()}/report", {"reason": "offensive"})

    assert at_once(send) == some(302)


def test_wrong_tokens_of_an_address(hold: Any) -> None:
    hold("gallery.api.throttles.GuessThrottle")
    wrong = {"Authorization": "Bearer imc_wrong"}
    assert at_once(lambda _: Client().get("/api/v1/me", headers=wrong), 80) == some(401, 80)


def test_only_one_of_those_who_read_the_same_may_write(api: Api, owner: User) -> None:
    path = f"/api/v1/pictures/{picture(owner).pk}"
    headers = api.headers | {"If-Match": api.get(path).headers["ETag"]}

    def send(number: int) -> Any:
        title = {"title": f"Grandma {number}"}
        return Client().patch(path, title, "application/json", headers=headers)

    assert at_once(send) == [200] + [412] * (SENT - 1)


def test_the_last_place_of_a_gallery_is_given_once(
    api: Api, settings: Settings, places: Any
) -> None:
    sent = 2 * RATE
    settings.QUOTA_PICTURES = RATE
    places(2 * LEAST_PIXELS, sent, 60)

    def send(number: int) -> Any:
        image = SimpleUploadedFile(f"{number}.png", grey(number))
        return Client().post("/api/v1/pictures", {"image": image}, headers=api.headers)

    assert at_once(send, sent) == [201] * RATE + [403] * RATE
    assert Picture.objects.count() == RATE
