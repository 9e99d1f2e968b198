"""Authenticator apps, recovery codes, and the admin behind them."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, person
from tests.login import code_of_app, last_mail, link, log_in, set_up_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def early_in_the_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no code grows old between the app and the page."""
    now = 30 * 60_000_000 + 1.0
    monkeypatch.setattr("time.time", lambda: now)


@pytest.fixture
def staff() -> User:
    return person("sue", is_staff=True, is_superuser=True)


def get(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def give_code(client: Client, code: str) -> str:
    answer = client.post("/accounts/2fa/authenticate/", {"code": code}, follow=True)
    return answer.content.decode()


def test_set_up_an_app_and_log_in_with_it(client: Client) -> None:
    person()
    log_in(client)
    key = set_up_app(client)
    assert "Your account is protected" in get(client, "/accounts/2fa/")
    client.logout()
    page = log_in(client)
    assert "Now enter the code" in page and 'class="who"' not in page
    assert "The code is wrong" in give_code(client, "000000")
    code = code_of_app(key)
    assert "You are logged in as ann." in give_code(client, code)
    other = Client()
    log_in(other)
    assert "The code is wrong" in give_code(other, code)  # good once only


def test_a_recovery_code_is_good_once(client: Client) -> None:
    person()
    log_in(client)
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    download = client.get("/accounts/2fa/recovery-codes/download/")
    assert download.content.decode().split() == codes and len(codes) == 10
    for words in ("You are logged in as ann.", "The code is wrong"):
        client.logout()
        log_in(client)
        assert words in give_code(client, codes[0])


def test_guessing_codes_is_limited(client: Client) -> None:
    person()
    log_in(client)
    key = set_up_app(client)
    client.logout()
    log_in(client)
    for _ in range(5):
        give_code(client, "000000")
    assert "Too many attempts" in give_code(client, code_of_app(key))


def test_turn_it_off_again(client: Client) -> None:
    person()
    log_in(client)
    set_up_app(client)
    page = client.post("/accounts/2fa/totp/deactivate/", follow=True).content.decode()
    assert "Two-factor authentication is off." in page
    assert not Authenticator.objects.exists()


CHANGES = [
    ("get", "/accounts/2fa/totp/deactivate/"),
    ("post", "/accounts/2fa/totp/deactivate/"),
    ("post", "/accounts/2fa/totp/activate/"),
    ("get", "/accounts/2fa/recovery-codes/"),
    ("get", "/accounts/2fa/recovery-codes/download/"),
    ("get", "/accounts/2fa/recovery-codes/generate/"),
    ("post", "/accounts/2fa/recovery-codes/generate/"),
    ("post", "/profile/tokens"),
    ("get", "/profile/export"),
    ("get", "/profile/delete"),
]


@pytest.fixture
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    now = time.time() + 3600
    return lambda: monkeypatch.setattr("time.time", lambda: now)


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_every_change_of_the_app_asks_for_its_code_and_the_password_does_not_do(
    method: str, path: str, client: Client, an_hour_later: Any
) -> None:
    person()
    log_in(client)
    key = set_up_app(client)
    an_hour_later()
    before = list(Authenticator.objects.values())
    for _ in range(2):
        page = getattr(client, method)(path, follow=True).content.decode()
        if "activate/" not in path:  # with an app it leads on to taking that off
            assert "a code from your authenticator app" in page
        asked = client.post("/accounts/reauthenticate/", {"password": PASSWORD}, follow=True)
        assert asked.redirect_chain[0][0].startswith("/accounts/2fa/reauthenticate/")
    assert list(Authenticator.objects.values()) == before
    code = {"code": code_of_app(key)}
    client.post("/accounts/2fa/reauthenticate/", code)
    assert "a code from your" not in getattr(client, method)(path, follow=True).content.decode()


def test_setting_an_app_up_ends_every_other_session(client: Client) -> None:
    user = person()
    before, stolen, half_way = Client(), Client(), Client()
    log_in(before)
    log_in(client)
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    form = {"password": PASSWORD}
    before.post("/accounts/reauthenticate/", form)
    half_way.force_login(user)
    set_up_app(client)
    assert 'class="who"' in get(client, "/")
    for session in (before, stolen, half_way):
        assert 'class="who"' not in get(session, "/")
        assert session.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_new_app_ends_the_sessions_of_the_old_one(client: Client) -> None:
    person()
    log_in(client)
    key = set_up_app(client)
    other = Client()
    log_in(other)
    give_code(other, code_of_app(key))
    assert 'class="who"' in get(other, "/")
    client.post("/accounts/2fa/totp/deactivate/")
    assert 'class="who"' in get(other, "/")
    set_up_app(client)
    assert 'class="who"' not in get(other, "/") and 'class="who"' in get(client, "/")


def test_new_recovery_codes_end_no_session(client: Client) -> None:
    person()
    log_in(client)
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    other = Client()
    log_in(other)
    give_code(other, codes[0])
    page = other.post("/accounts/2fa/recovery-codes/generate/", follow=True)
    assert page.context["unused_codes"] and set(page.context["unused_codes"]).isdisjoint(codes)
    assert 'class="who"' in get(client, "/")


def test_a_new_password_by_mail_leaves_the_app_on(client: Client) -> None:
    person()
    log_in(client)
    key = set_up_app(client)
    lost = Client()
    lost.post("/accounts/password/reset/", {"email": "ann@example.org"})
    form = lost.get(link(last_mail()), follow=True)
    new = {"password1": "Grandpa 1931", "password2": "Grandpa 1931"}
    lost.post(form.request["PATH_INFO"], new)
    assert "Now enter the code" in log_in(lost, password="Grandpa 1931")
    assert "You are logged in" in give_code(lost, code_of_app(key))


def test_with_an_app_the_address_stays_and_why_is_told(client: Client) -> None:
    person()
    log_in(client)
    set_up_app(client)
    change = {"email": "ann@new.example", "action_add": ""}
    page = client.post("/accounts/email/", change).content.decode()
    assert "Turn it off, change" in page


def test_the_admin_has_the_same_door_as_everything_else(client: Client, staff: User) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    client.post("/admin/login/", {"username": "sue", "password": "Grandma 1931"})
    assert "Site administration" not in get(client, "/admin/")
    form = {"login": "sue", "password": "Grandma 1931", "next": "/admin/"}
    page = client.post("/accounts/login/", form, follow=True).content.decode()
    assert "Site administration" in page


def test_the_admin_is_closed_to_others(client: Client) -> None:
    person()
    log_in(client)
    assert client.get("/admin/", follow=True).status_code == 403


def test_with_an_app_the_password_alone_never_opens_the_admin(client: Client, staff: User) -> None:
    before = Client()
    log_in(before, "sue")
    log_in(client, "sue")
    key = set_up_app(client)
    assert 'name="login"' in get(before, "/admin/")  # has ended
    assert "a code from your authenticator app" in get(client, "/admin/")
    answer = client.post(
        "/accounts/2fa/reauthenticate/?next=/admin/", {"code": code_of_app(key)}, follow=True
    )
    assert "Site administration" in answer.content.decode()
    fresh = Client()
    log_in(fresh, "sue")
    assert "Site administration" not in get(fresh, "/admin/")
    fresh.force_login(staff)  # whatever other way in there might be
    assert "Site administration" not in get(fresh, "/admin/")


def test_staff_can_be_made_to_use_an_app(client: Client, staff: User, settings: Any) -> None:
    settings.STAFF_TWO_FACTOR = True
    log_in(client, "sue")
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "Moderators need two-factor authentication" in answer.content.decode()
    key = set_up_app(client)
    client.logout()
    log_in(client, "sue")
    give_code(client, code_of_app(key))
    assert "Site administration" in get(client, "/admin/")
