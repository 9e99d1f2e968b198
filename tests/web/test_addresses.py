"""Whose address counts as whose: an IPv6 household has billions of them."""

from itertools import count
from typing import Any

import pytest
from django.test import Client

from colorize.web.ratelimit import counted_as
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::FFFF:c000:0207", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:4711", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("", ""),
        ("unknown", "unknown"),
        ("_hidden:x", "_hidden:x"),
    ],
)
def test_an_address_is_counted_as(address: str, counted: str) -> None:
    assert counted_as(address) == counted


number = count()


def ask_with_wrong_token(address: str) -> int:
    client = Client(REMOTE_ADDR=address)
    return client.get("/api/v1/me", headers={"Authorization": "Bearer imc_wrong"}).status_code


def colorize(address: str) -> int:
    return Client(REMOTE_ADDR=address).post("/colorize", {}).status_code


def log_in(address: str) -> int:
    form = {"login": f"name{next(number)}", "password": "wrong"}
    return Client(REMOTE_ADDR=address).post("/accounts/login/", form).status_code


def make_token(address: str) -> int:
    body = {"username": f"name{next(number)}", "password": "wrong", "name": "x"}
    client = Client(REMOTE_ADDR=address)
    return client.post("/api/v1/tokens", body, "application/json").status_code


@pytest.mark.parametrize(
    ("ask", "limit"),
    [(ask_with_wrong_token, 10), (colorize, 60), (log_in, 10), (make_token, 10)],
    ids=lambda value: getattr(value, "__name__", None),
)
@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        ("2001:db8::{:x}", "2001:db8::ffff", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"),
    ],
)
def test_who_has_a_network_is_counted_once(
    ask: Any, limit: int, first: str, same: str, other: str
) -> None:
    person()
    answers = {ask(first.format(number)) for number in range(1, limit + 1)}
    assert 429 not in answers
    assert ask(same) == 429
    assert ask(other) != 429
