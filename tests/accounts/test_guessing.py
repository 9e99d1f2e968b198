"""Guessing passwords: one count a person over every door, and nobody is kept out by others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import guessing
from accounts.models import User
from tests.cast import PASSWORD, person
from tests.login import last_mail, link, log_in

pytestmark = pytest.mark.django_db
addresses = (f"198.51.100.{number}" for number in count(1))
SOFT, HARD, ADDRESS = 5, 30, 10


@pytest.fixture
def ann() -> User:
    return person()


@pytest.fixture
def home(ann: User) -> Client:
    """A browser in which Ann has logged in and out again."""
    client = Client(REMOTE_ADDR="203.0.113.1")
    log_in(client)
    client.post("/accounts/logout/")
    return client


def at_the_form(client: Client, password: str = "wrong", name: str = "ann") -> int:
    client.post("/accounts/logout/")
    form = {"login": name, "password": password}
    return client.post("/accounts/login/", form).status_code


def at_the_api(client: Client, password: str = "wrong", name: str = "ann") -> int:
    body = {"username": name, "password": password, "name": "x"}
    return client.post("/api/v1/tokens", body, "application/json").status_code


def once_more(client: Client, password: str = "wrong", name: str = "ann") -> int:
    """In a session that somebody has found open."""
    client.force_login(User.objects.get(username=name))
    return client.post("/accounts/reauthenticate/", {"password": password}).status_code


def at_a_change(client: Client, password: str = "wrong", name: str = "ann") -> int:
    client.force_login(User.objects.get(username=name))
    form = {"oldpassword": password, "password1": "Grandpa 1931", "password2": "Grandpa 1931"}
    return client.post("/accounts/password/change/", form).status_code


DOORS: list[Callable[..., int]] = [at_the_form, at_the_api, once_more, at_a_change]


@pytest.mark.parametrize(
    ("door", "next_door"), list(zip(DOORS, DOORS[1:] + DOORS[:1], strict=True))
)
def test_all_doors_count_together(door: Any, next_door: Any, ann: User) -> None:
    client = Client()
    assert 429 not in {door(client) for _ in range(SOFT)}
    assert next_door(client, PASSWORD) == 429
    assert next_door(Client(), PASSWORD) == 429
    assert at_the_form(Client(REMOTE_ADDR=next(addresses)), PASSWORD) == 302


@pytest.mark.parametrize(
    "names",
    [
        ["ann", "ANN", " ann ", "ann@example.org", "Ann@Example.ORG", "\uff41nn"],
        ["nobody", "NOBODY", " nobody ", "\uff4eobody", "n\u043ebody", "nobody"],
    ],
)
@pytest.mark.parametrize("door", [at_the_form, at_the_api])
def test_a_person_is_one_however_they_are_written(door: Any, names: Any, ann: User) -> None:
    answers = [door(Client(), name=name) for name in names]
    assert answers[-1] == 429 and 429 not in answers[:-1]


@pytest.mark.parametrize("door", [at_the_form, at_the_api])
def test_many_names_from_one_address_are_limited(door: Any, ann: User) -> None:
    answers = [door(Client(), name=f"name{number}") for number in range(ADDRESS)]
    assert 429 not in answers
    assert door(Client(), PASSWORD) == 429


def test_right_passwords_are_no_guesses(ann: User) -> None:
    for _ in range(ADDRESS + 1):
        assert at_the_form(Client(), PASSWORD) == 302
        assert at_the_api(Client(), PASSWORD) == 201


def from_everywhere(guesses: int) -> list[int]:
    doors = [at_the_form, at_the_api]
    return [doors[n % 2](Client(REMOTE_ADDR=next(addresses))) for n in range(guesses)]


def test_a_few_guesses_from_elsewhere_keep_nobody_out(ann: User) -> None:
    from_everywhere(SOFT + 1)
    assert at_the_form(Client(REMOTE_ADDR="192.0.2.1"), PASSWORD) == 302


def test_guessing_from_everywhere_ends_and_a_device_seen_before_passes(
    ann: User, home: Client
) -> None:
    assert 429 not in from_everywhere(HARD)
    for door in (at_the_form, at_the_api):
        assert door(Client(REMOTE_ADDR=next(addresses)), PASSWORD) == 429
    assert at_the_form(home, PASSWORD) == 302


def test_a_device_seen_before_passes_what_others_do_at_its_address(home: Client) -> None:
    other = Client(REMOTE_ADDR="203.0.113.1")
    assert [at_the_form(other) for _ in range(SOFT + 1)][-1] == 429
    assert at_the_form(home, PASSWORD) == 302


def test_a_device_seen_before_may_not_guess_on(home: Client) -> None:
    assert [at_the_form(home) for _ in range(SOFT + 1)] == [200] * SOFT + [429]
    assert at_the_form(home, PASSWORD) == 429


def test_a_device_is_known_for_those_who_used_it_alone(home: Client) -> None:
    person("bob")
    for _ in range(SOFT):
        at_the_form(Client(REMOTE_ADDR="203.0.113.1"), name="bob")
    assert at_the_form(home, PASSWORD, "bob") == 429
    assert at_the_form(home, PASSWORD, "ann") == 302


def test_several_people_share_a_device(home: Client) -> None:
    person("bob")
    assert at_the_form(home, PASSWORD, "bob") == 302
    home.post("/accounts/logout/")
    from_everywhere(HARD)
    assert at_the_form(home, PASSWORD, "ann") == 302


def test_a_forged_device_is_unknown(ann: User, home: Client) -> None:
    from_everywhere(HARD)
    for value in ("", "x", "1-x", "1-abc:x:y", "\x80", "1-" + "a" * 5000):
        forged = Client(REMOTE_ADDR=next(addresses))
        forged.cookies["devices"] = value
        assert at_the_form(forged, PASSWORD) == 429, value


def test_the_cookie_is_kept_close_and_long(home: Client) -> None:
    cookie = home.cookies["devices"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] > 300 * 86400


def test_how_long_to_wait_is_told(ann: User) -> None:
    client = Client()
    for _ in range(SOFT):
        at_the_form(client)
    answer = client.post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    assert "Wait five minutes" in answer.content.decode()
    assert 200 < int(answer.headers["Retry-After"]) <= 300


def test_a_name_is_no_secret(ann: User) -> None:
    """Known or not, the same answers."""
    for door in (at_the_form, at_the_api):
        answers = [[door(Client(), name=name) for _ in range(4)] for name in ("ann", "nobody")]
        assert answers[0] == answers[1]


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_not_looked_at(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing.OfAddress, "rate", "1000/min", raising=False)

    def guess(number: int) -> int:
        try:
            return (at_the_form, at_the_api)[number % 2](Client())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count(429) == 24 - SOFT


@pytest.mark.parametrize("login", ["ann", "ann@example.org", "nobody", "nobody@example.org"])
@pytest.mark.parametrize("door", [at_the_form, at_the_api])
def test_one_password_is_hashed_for_any_name(
    login: str, door: Any, ann: User, hashed: list[str]
) -> None:
    door(Client(), name=login)
    assert len(hashed) == 1


def test_who_has_a_new_password_by_mail_is_let_in_again(ann: User) -> None:
    client = Client()
    while at_the_form(client) != 429:
        pass
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    form = client.get(link(last_mail()), follow=True)
    new = {"password1": "Grandpa 1931", "password2": "Grandpa 1931"}
    client.post(form.request["PATH_INFO"], new)
    assert at_the_form(client, "Grandpa 1931") == 302
