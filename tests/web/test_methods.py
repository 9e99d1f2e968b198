"""A method that an address does not take is told as that, also without a form's token."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts import tokens
from accounts.models import User
from colorize.web.methods import allow_methods, methods_of
from tests.gallery.test_walk import ROUTES

pytestmark = pytest.mark.django_db

# The API asks for a token first.
PAGES = [route for route in ROUTES if not re.match(r"api/|healthz", route)]
OPEN = r"accounts/|admin/(login|logout|r)/"
API = [route for route in ROUTES if route.startswith("api/v1/")]
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
UUID = "00000000-0000-0000-0000-000000000000"


def address(route: str) -> str:
    """Of nothing that exists."""
    path = re.sub(r"<uuid:\w+>", UUID, route)
    path = re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "1", path)
    return "/" + re.sub(r"[\^$\\]|\(\?:.*?\)\?|\?", "", path)


@pytest.fixture
def strict() -> Client:
    """A browser that has no token for a form."""
    return Client(enforce_csrf_checks=True)


def test_methods_that_a_page_does_not_take_are_told_first(strict: Client) -> None:
    for route in PAGES:
        path = address(route)
        taken = methods_of(resolve(path).func)
        # Some of allauth's own take whatever comes, and so do some of the admin.
        assert taken or re.match(OPEN, route), f"{route} does not say what it takes"
        for method in UNSAFE - (taken or UNSAFE):
            answer = strict.generic(method, path)
            assert (answer.status_code, route) == (405, route)
            allowed = set(answer.headers["Allow"].split(", "))
            assert allowed & UNSAFE == (taken or set()) & UNSAFE


def test_methods_that_the_api_does_not_take_are_told_before_a_row_is_looked_up(
    owner: User, client: Client
) -> None:
    _, key = tokens.make(owner, "walk", "write", None)
    for route in API:
        taken = methods_of(resolve(address(route)).func)
        assert taken, route
        for method in (UNSAFE | {"GET"}) - taken:
            answer = client.generic(
                method, address(route), headers={"Authorization": f"Bearer {key}"}
            )
            assert (answer.status_code, route) == (405, route)


@pytest.mark.parametrize("method", sorted({"PUT", "PATCH", "DELETE"}))
@pytest.mark.parametrize("path", ["/", "/faq", "/about", "/public", "/gallery", "/real-or-fake"])
def test_pages_take_nothing_but_forms(path: str, method: str, strict: Client) -> None:
    answer = strict.generic(method, path)
    assert answer.status_code == 405
    assert "This page does not accept forms" in answer.content.decode()


def test_the_endpoint_and_the_api_say_it_by_their_own_contract(strict: Client) -> None:
    for path in ("/colorize", "/api/v1/", "/api/v1/pictures"):
        answer = strict.put(path)
        assert answer.status_code in (401, 405) and answer.json()["request_id"]


def test_a_form_without_its_token_is_still_refused(strict: Client) -> None:
    for path in ("/", "/real-or-fake", "/gallery/many", "/accounts/login/", "/profile"):
        assert strict.post(path, {"name": "value"}).status_code == 403, path


def test_what_a_view_takes_is_seen_through_its_decorators() -> None:
    @allow_methods("GET", "HEAD")
    def view(request: object) -> HttpResponse:
        return HttpResponse("seen")

    assert methods_of(view) == frozenset({"GET", "HEAD"})
    assert view(RequestFactory().get("/")).content == b"seen"
    assert view(RequestFactory().post("/")).status_code == 405
    assert methods_of(lambda request: HttpResponse()) is None
