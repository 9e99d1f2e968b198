"""Logging in by an OpenID Connect provider: the site's own rules hold, and nobody gets into an
account that is not theirs."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils.html import escape

from accounts import personal_data
from accounts.models import User
from accounts.names import TAKEN
from colorizer_site.provider import named
from gallery.services.personal_data import delete_account
from tests.accounts import oidc
from tests.accounts.oidc import Provider
from tests.cast import PASSWORD, person
from tests.login import code_of_app, last_mail, link, logged_in, set_up_app
from tests.processes import settings_of

pytestmark = pytest.mark.django_db
ANN = {"sub": "4711", "email": "ann@example.org", "email_verified": True}
SIGN_UP = "/accounts/3rdparty/signup/"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with oidc.running() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider, settings: Any) -> Provider:
    """Knows Ann, unless told otherwise."""
    server.claims, server.audience, server.signs_as = dict(ANN), oidc.CLIENT, ""
    oidc.use(settings, server.url)
    return server


def address(provider: Provider) -> str:
    return f"/accounts/oidc/{named(provider.url)}/login/"


def come_from(provider: Provider, client: Client, process: str = "login", **query: str) -> Any:
    """There and back again; the page that the person then sees."""
    answer = client.post(f"{address(provider)}?process={process}")
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith(f"{provider.url}/authorization?")
    back = provider.authorize(answer["Location"]) | query
    return client.get(f"{address(provider)}callback/", back, follow=True)


def who(client: Client) -> str:
    """Whose browser it is; empty for nobody's."""
    user = client.get("/").context["user"]
    return str(user.username)


def sign_up(client: Client, name: str = "ann", **more: str) -> Any:
    return client.post(SIGN_UP, {"username": name} | more, follow=True)


def test_by_default_there_is_no_such_thing(client: Client, settings: Any, owner: User) -> None:
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    for page in ("login", "signup"):
        assert "Continue with" not in client.get(f"/accounts/{page}/").content.decode()
    assert client.post("/accounts/oidc/provider/login/").status_code == 404
    assert client.get("/accounts/oidc/provider/login/callback/").status_code == 404
    assert client.get(SIGN_UP).status_code == 302
    home = logged_in(owner)
    assert "Other ways" not in home.get("/accounts/email/").content.decode()
    assert "This site has none" in home.get("/accounts/3rdparty/").content.decode()


def test_the_button_is_on_both_pages(client: Client, provider: Provider) -> None:
    for page in ("login", "signup"):
        content = client.get(f"/accounts/{page}/?next=/gallery").content.decode()
        assert "Continue with Family login" in content
        assert f'action="{address(provider)}?process=login&amp;next=%2Fgallery"' in content
    # Nobody is sent away by a link alone.
    asked = client.get(address(provider))
    assert (
        asked.status_code == 200
        and "You log in there and come back here." in asked.content.decode()
    )


def test_a_new_person_chooses_a_name_and_is_let_in(client: Client, provider: Provider) -> None:
    page = come_from(provider, client)
    assert "Choose your username" in page.content.decode() and not User.objects.exists()
    assert "ann@example.org" in page.content.decode()
    sign_up(client)
    ann = User.objects.get()
    assert who(client) == "ann" and not ann.has_usable_password()
    assert EmailAddress.objects.get(user=ann).verified and mail.outbox == []
    again = Client()
    come_from(provider, again)
    assert who(again) == "ann" and User.objects.count() == 1


def test_the_rules_of_names_hold(client: Client, provider: Provider) -> None:
    person("anna")
    provider.claims |= {"preferred_username": "ann@example.org"}
    come_from(provider, client)
    for name, why in (
        ("ANNA", TAKEN),
        ("\u0251nna", TAKEN),
        ("ann@example.org", "An email address"),
    ):
        assert escape(why)[:20] in sign_up(client, name).content.decode()
    assert User.objects.count() == 1 and who(client) == ""


def test_a_confirmed_address_cannot_be_exchanged(client: Client, provider: Provider) -> None:
    """Else another one would pass for confirmed."""
    come_from(provider, client)
    sign_up(client, email="boss@example.org")
    assert User.objects.get().email == "ann@example.org"
    assert EmailAddress.objects.get().email == "ann@example.org"


@pytest.mark.parametrize("said", [False, "false", None, 1, "yes", {}])
def test_an_address_that_is_not_confirmed_must_be(
    said: Any, client: Client, provider: Provider
) -> None:
    provider.claims["email_verified"] = said
    come_from(provider, client)
    sign_up(client, email="ann@example.org")
    assert who(client) == "" and not EmailAddress.objects.get().verified
    client.post(link(last_mail()))
    come_from(provider, client)
    assert who(client) == "ann"


def test_without_an_address_one_is_asked_for(client: Client, provider: Provider) -> None:
    provider.claims = {"sub": "4711"}
    come_from(provider, client)
    assert "This field is required" in sign_up(client).content.decode()
    sign_up(client, email="ann@example.org")
    assert who(client) == "" and "/confirm-email/" in last_mail()


def test_where_sign_up_is_closed_nobody_new_comes_in(
    client: Client, provider: Provider, settings: Any
) -> None:
    settings.REGISTRATION = False
    assert "Sign-up is closed" in come_from(provider, client).content.decode()
    assert client.get(SIGN_UP).status_code == 302 and not User.objects.exists()
    person("ann")
    come_from(provider, client)
    assert who(client) == "ann"


def test_an_address_confirmed_by_both_is_the_same_person(
    client: Client, provider: Provider
) -> None:
    ann = person("ann")
    provider.claims["email"] = "Ann@Example.org"
    come_from(provider, client)
    assert who(client) == "ann"
    assert "log in to your account with Family login" in last_mail()
    assert SocialAccount.objects.get().user == ann
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)
    # From now on by what the provider calls them, whatever the address.
    provider.claims["email"] = "elsewhere@example.org"
    again = Client()
    come_from(provider, again)
    assert who(again) == "ann"


@pytest.mark.parametrize("said", [False, "false", None, "yes"])
def test_who_only_claims_an_address_gets_into_nothing(
    said: Any, client: Client, provider: Provider
) -> None:
    ann = person("ann")
    provider.claims |= {"sub": "666", "email_verified": said}
    come_from(provider, client)
    sign_up(client, "mallory", email="ann@example.org")
    assert who(client) == "" and not SocialAccount.objects.exists()
    assert User.objects.get() == ann and "already" in last_mail()


def test_who_waits_with_anothers_address_gets_nobody(client: Client, provider: Provider) -> None:
    """Mallory has signed up with Ann's address, without confirming it."""
    mallory = User.objects.create_user("mallory", "ann@example.org", PASSWORD)
    EmailAddress.objects.create(user=mallory, email=mallory.email, primary=True)
    come_from(provider, client)
    assert who(client) == "" and not SocialAccount.objects.exists()


def test_the_second_factor_is_asked_for(client: Client, provider: Provider) -> None:
    ann = person("ann")
    home = logged_in(ann)
    key = set_up_app(home)
    page = come_from(provider, client)
    assert who(client) == "" and "code" in page.context["form"].fields
    client.post("/accounts/2fa/authenticate/", {"code": code_of_app(key)})
    assert who(client) == "ann"


def test_who_is_suspended_stays_out(client: Client, provider: Provider) -> None:
    person("ann", is_active=False)
    come_from(provider, client)
    assert who(client) == ""


def test_who_is_logged_in_can_connect_and_disconnect(provider: Provider) -> None:
    home = logged_in(person("bea"))
    page = home.get("/accounts/3rdparty/").content.decode()
    assert "Connect Family login" in page and "Other ways to log in" in page
    page = come_from(provider, home, "connect").content.decode()
    assert escape("You can log in with Family login now.") in page
    other = Client()
    come_from(provider, other)
    assert who(other) == "bea"
    account = SocialAccount.objects.get()
    answer = home.post("/accounts/3rdparty/", {"account": account.pk}, follow=True)
    assert "Disconnected." in answer.content.decode() and not SocialAccount.objects.exists()


def test_the_last_way_in_is_not_closed(client: Client, provider: Provider) -> None:
    come_from(provider, client)
    sign_up(client)
    form = {"account": SocialAccount.objects.get().pk}
    page = client.post("/accounts/3rdparty/", form).content.decode()
    assert "Choose a password first." in page and SocialAccount.objects.exists()


def test_a_login_of_somebody_else_is_not_taken_over(provider: Provider) -> None:
    come_from(provider, owner := Client())
    sign_up(owner)
    home = logged_in(person("bea"))
    page = come_from(provider, home, "connect").content.decode()
    assert "Another account on this site already uses that login." in page
    assert SocialAccount.objects.get().user.username == "ann"


def test_another_provider_is_not_taken_for_this_one(
    client: Client, provider: Provider, settings: Any
) -> None:
    """It may call somebody else by the same number."""
    come_from(provider, client)
    sign_up(client)
    with oidc.running() as other:
        oidc.use(settings, other.url)
        other.claims = {"sub": "4711", "email": "mallory@example.org", "email_verified": True}
        mallory = Client()
        assert "Choose your username" in come_from(other, mallory).content.decode()
        assert who(mallory) == ""


@pytest.mark.parametrize(
    "wrong",
    [{"state": "guessed"}, {"error": "server_error"}, {"code": ""}],
    ids=["state", "error", "code"],
)
def test_what_did_not_begin_here_ends_here(
    wrong: dict[str, str], client: Client, provider: Provider
) -> None:
    if "code" in wrong:
        provider.audience = "another site"
    page = come_from(provider, client, **wrong)
    assert page.status_code == 401 and who(client) == ""
    assert escape("Logging in didn’t work") in page.content.decode()


def test_a_token_for_another_site_or_from_another_provider_is_refused(
    client: Client, provider: Provider
) -> None:
    person("ann")
    provider.audience = "another-site"
    assert come_from(provider, client).status_code == 401
    provider.audience, provider.signs_as = oidc.CLIENT, "https://login.example.org"
    assert come_from(provider, client).status_code == 401
    assert who(client) == ""


def test_who_cancels_is_told_so(client: Client, provider: Provider) -> None:
    page = come_from(provider, client, error="access_denied")
    assert "You cancelled logging in." in page.content.decode()


def test_a_provider_that_is_down_is_an_error_page(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    oidc.use(settings, "http://127.0.0.1:1")
    for answer in (
        client.post("/accounts/oidc/127.0.0.1-1/login/"),
        client.get("/accounts/oidc/127.0.0.1-1/login/callback/?code=a&state=b"),
    ):
        assert answer.status_code == 401
        assert "Family login did not answer as expected." in answer.content.decode()
    assert "logging in by Family login failed" in caplog.text


@pytest.mark.parametrize("claims", [{}, {"sub": ""}, {"sub": "x" * 200}])
def test_answers_without_a_person_are_an_error_page(
    claims: dict[str, Any], client: Client, provider: Provider
) -> None:
    provider.claims = claims
    assert come_from(provider, client).status_code == 401
    assert not User.objects.exists()


def test_what_is_kept_is_exported_and_deleted(client: Client, provider: Provider) -> None:
    come_from(provider, client)
    sign_up(client)
    ann = User.objects.get()
    (login,) = personal_data.about(ann)["logins"]
    assert login["uid"] == "4711" and login["extra_data"]["userinfo"]["email"] == ann.email
    delete_account(ann)
    assert not SocialAccount.objects.exists()


def test_the_settings(tmp_path: Any) -> None:
    given = {
        "OIDC_SERVER_URL": "https://login.example.org/realms/family/",
        "OIDC_CLIENT_ID": "site",
        "OIDC_CLIENT_SECRET": "secret",
    }
    read = settings_of(tmp_path, **given)
    (app,) = read["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert app["provider_id"] == "login.example.org-realms-family"
    assert app["name"] == "login.example.org"
    assert app["settings"] == {"server_url": "https://login.example.org/realms/family"}
    forms = read["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
    assert "https://login.example.org" in forms
    for name in given:
        with pytest.raises(ImproperlyConfigured, match="belong together: set all three, or none"):
            settings_of(tmp_path, **given | {name: ""})
    with pytest.raises(ImproperlyConfigured, match="must be an address that begins with https://"):
        settings_of(tmp_path, **given | {"OIDC_SERVER_URL": "login.example.org"})
