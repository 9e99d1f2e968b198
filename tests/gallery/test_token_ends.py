"""A new password ends the tokens, because anyone who knew the old one may have made them."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import tokens
from accounts.models import Token, User
from tests.cast import PASSWORD
from tests.gallery.api import Api
from tests.login import last_mail, link, log_in

pytestmark = pytest.mark.django_db
NEW = "Grandpa 1931"


def change(client: Client, **fields: str) -> Any:
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", form | fields, follow=True)


def test_a_change_ends_the_tokens(home: Client, api: Api, others: Api) -> None:
    assert "revoked too, unless" in home.get("/accounts/password/change/").content.decode()
    assert "Password changed" in change(home).content.decode()
    assert api.get("me").status_code == 401 and others.get("me").status_code == 200


def test_unless_they_are_kept(home: Client, api: Api) -> None:
    assert "Password changed" in change(home, keep_tokens="on").content.decode()
    assert api.get("me").status_code == 200
    again = {"oldpassword": NEW, "password1": PASSWORD, "password2": PASSWORD}
    home.post("/accounts/password/change/", again)
    assert api.get("me").status_code == 401


def test_a_change_that_fails_ends_none(home: Client, api: Api) -> None:
    change(home, oldpassword="wrong")
    change(home, password1="12345678", password2="12345678")
    assert api.get("me").status_code == 200


def test_who_has_no_tokens_is_not_asked(home: Client) -> None:
    page = home.get("/accounts/password/change/").content.decode()
    assert "tokens" not in page.partition("<main")[2].partition("</main")[0]


def test_a_reset_ends_them(api: Api) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": "owner@example.org"})
    form = client.get(link(last_mail()), follow=True)
    new = {"password1": NEW, "password2": NEW, "keep_tokens": "on"}
    client.post(form.request["PATH_INFO"], new)
    assert api.get("me").status_code == 401


def test_an_administrator_and_the_console_end_them(
    owner: User, api: Api, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"usable_password": "true", "password1": NEW, "password2": NEW}
    answer = admin_client.post(f"/admin/accounts/user/{owner.pk}/password/", new)
    assert answer.status_code == 302 and not Token.objects.exists()
    tokens.make(owner, "laptop", "read", None)
    monkeypatch.setattr("getpass.getpass", lambda *prompt, **options: PASSWORD)
    call_command("changepassword", "owner")
    assert not Token.objects.exists()


def test_a_stronger_hash_of_the_same_password_ends_none(
    owner: User, api: Api, settings: Any
) -> None:
    before = User.objects.get(pk=owner.pk).password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    log_in(Client(), "owner")
    assert User.objects.get(pk=owner.pk).password != before
    assert api.get("me").status_code == 200
