"""What is said of a form that does not come from a page of this site: the truth in each case."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from gallery.models import Picture
from tests.cast import grey
from tests.fakes import FakeNetwork
from tests.site.test_pages import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


@pytest.fixture
def browser(owner: User) -> Client:
    """Logged in, with the cookie that guards forms."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.get("/")
    return client


def token(client: Client) -> str:
    return client.cookies["csrftoken"].value


CASES = [
    pytest.param({}, "", "form_expired", "has expired", id="no token"),
    pytest.param({}, "x" * 64, "form_expired", "has expired", id="another token"),
    pytest.param({"cookie": ""}, "", "form_expired", "cookie", id="no cookie"),
    pytest.param(
        {"origin": "https://evil.example"}, None, "foreign_form", "evil.example", id="origin"
    ),
    pytest.param({"origin": "null"}, None, "foreign_form", "null", id="no origin"),
    pytest.param(
        {"referer": "https://evil.example/x"}, None, "foreign_form", "evil.example", id="referer"
    ),
    pytest.param({"x": "y"}, None, "foreign_form", "no Referer", id="no referer"),
]


def send(client: Client, path: str, headers: Any, given: str | None) -> Any:
    secure = "referer" in headers or "x" in headers
    form = {**upload(grey()), "csrfmiddlewaretoken": token(client) if given is None else given}
    if headers.get("cookie") == "":
        del client.cookies["csrftoken"]
        headers = {}
    return client.post(path, form, headers=headers, secure=secure)


@pytest.mark.parametrize(("headers", "given", "code", "words"), CASES)
def test_the_endpoint_says(
    headers: Any, given: str | None, code: str, words: str, browser: Client
) -> None:
    answer = send(browser, "/colorize", headers, given)
    assert (answer.status_code, answer.json()["error"]) == (403, code)
    assert words in answer.json()["message"]
    assert not Picture.objects.exists()


@pytest.mark.parametrize(("headers", "given", "code", "words"), CASES)
@pytest.mark.parametrize("path", ["/", "/profile", "/accounts/login/"])
def test_pages_say(
    path: str, headers: Any, given: str | None, code: str, words: str, browser: Client
) -> None:
    answer = send(browser, path, headers, given)
    page = answer.content.decode().partition("<h1>")[2]
    heading = "The form came from another site" if code == "foreign_form" else words
    assert answer.status_code == 403 and heading in page.partition("</h1>")[0]


def test_what_has_nothing_to_do_with_the_form_is_not_put_down_to_it(
    client: Client, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PermissionDenied

    monkeypatch.setattr("colorize.service.colorize", refuse)
    answer = client.post("/colorize", upload(grey()))
    assert (answer.status_code, answer.json()["error"]) == (403, "not_allowed")
