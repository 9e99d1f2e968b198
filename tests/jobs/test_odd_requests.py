"""What no page sends: sizes, names and pieces of people who try, and clocks that jump."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs import due, ledger
from jobs.models import Due, Item, Job, JobFile, Worker
from jobs.services import jobs, uploads
from jobs.services.jobs import NewItem
from tests.jobs.batch import JSON, Browser
from tests.jobs.conftest import Chores
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


@pytest.mark.parametrize("size", ["-1", "1e3", "1.0", "true", '"9"', "null", "[]", "1" + "0" * 30])
def test_a_strange_size_is_refused(size: str) -> None:
    browser = Browser().begin()
    body = f'[{{"name": "a.png", "size": {size}}}]'
    answer = browser.client.post(f"{browser.job['url']}/items", body, "application/json")
    assert answer.status_code == 400 and not Item.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "[[]]", "[1]", "null", "[" * 100_000, '[{"size": 1}]', "\ud800"]
)
def test_a_strange_list_of_files_is_refused(body: str) -> None:
    browser = Browser().begin()
    raw = body.encode(errors="surrogatepass")
    answer = browser.client.post(f"{browser.job['url']}/items", raw, "application/json")
    assert answer.status_code == 400 and not Item.objects.exists()


def test_a_form_in_place_of_the_list_is_refused() -> None:
    """Its body is read already, to look for the token that forms have in them."""
    browser = Browser(Client(enforce_csrf_checks=True))
    browser.client.cookies["csrftoken"] = token = "x" * 32
    browser.client.defaults["HTTP_X_CSRFTOKEN"] = token
    answer = browser.begin().client.post(f"{browser.job['url']}/items", {"name": "a.png"})
    assert answer.status_code == 400 and not Item.objects.exists()


@pytest.mark.parametrize("number", ["x", "1.5", "-", "--5", "5-", "1_0", "٣", "9" * 5000])
def test_what_is_no_whole_number_is_refused(number: str) -> None:
    browser = Browser().begin()
    answer = browser.client.get(browser.job["url"], {"after": number}, headers=JSON)
    assert answer.status_code == 400
    assert browser.do("retry", item=number).status_code == 400


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "a\\r\\nb", "../../etc/passwd", "\\u202e"])
def test_strange_names_are_only_shown(name: str) -> None:
    browser = Browser().begin()
    body = f'[{{"name": "{name}", "size": 3}}]'
    place = f"{browser.job['url']}/items"
    assert browser.client.post(place, body, "application/json").status_code == 201
    shown = browser.read()["items"][0]["name"]
    assert shown and shown.isprintable()


def test_a_file_in_endless_tiny_pieces_is_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a file on the disk, which takes far more room than its byte."""
    monkeypatch.setattr(uploads, "SMALL_PIECES", 5)
    browser = Browser(logged_in(owner)).begin()
    (entry,) = browser.promise(("a.png", 1000)).json()
    for place in range(5):
        assert browser.send(entry["id"], b"x", place).status_code == 204
    answer = browser.send(entry["id"], b"x", 5)
    assert (answer.status_code, answer.json()["error"]) == (400, "too_many_pieces")
    assert JobFile.objects.count() == 5


def test_a_visitor_promises_no_more_once_there_is_no_room(settings: Any) -> None:
    """Batches that were begun before it was full."""
    first, second = Browser().begin(), Browser().begin()
    settings.VISITORS_BYTES = 50
    (entry,) = first.promise(("a.png", 100)).json()
    first.send(entry["id"], bytes(60))
    answer = second.promise(("a.png", 100))
    assert (answer.status_code, answer.json()["error"]) == (503, "no_room_for_visitors")


def test_visitors_send_no_more_than_there_is_room_for(settings: Any) -> None:
    """Of what was promised while there was room, by any number of addresses."""
    browsers = [Browser().begin() for _ in range(3)]
    entries = [browser.promise(("a.png", 100)).json()[0]["id"] for browser in browsers]
    settings.VISITORS_BYTES = 100
    answers = [
        browser.send(entry, bytes(60)) for browser, entry in zip(browsers, entries, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [204, 204, 503]
    assert answers[2].json()["error"] == "no_room_for_visitors"
    assert JobFile.objects.count() == 2
    settings.VISITORS_BYTES = 200
    assert browsers[2].send(entries[2], bytes(100)).status_code == 204


@pytest.mark.parametrize("email", [f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"])
def test_an_address_that_does_not_fit_is_refused(email: str) -> None:
    """With PostgreSQL it could not be stored."""
    client = Client()
    answer = client.post("/batch", {"email": email}, headers=JSON)
    assert answer.status_code == 400 and not Job.objects.exists()
    browser = Browser().begin()
    assert browser.do("notify", email=email).status_code == 400


def test_a_clock_that_was_years_ahead_stops_nothing(chores: Chores) -> None:
    """Upkeep goes on, what a worker lost is found, and no worker seems to be there for years."""
    ahead = timezone.now() + timedelta(days=3650)
    due.look()
    Due.objects.update(next_at=ahead)
    jobs.start("chore", None, "a", [NewItem("one")])
    assert ledger.claim(["chore"])
    Item.objects.update(lease_until=ahead)
    Worker.objects.create(name="gone", seen_at=ahead)
    due.look()
    assert Job.objects.filter(kind="due").count() == len(due.TASKS)
    ledger.sweep()
    assert Item.objects.get(kind="chore").state == "waiting"
    assert not Worker.objects.present().exists()
