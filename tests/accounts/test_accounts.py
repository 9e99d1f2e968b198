"""Signing up, logging in and out, passwords and addresses, as a person meets them."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs import ledger, worker
from jobs.models import Item, Worker
from tests.cast import PASSWORD, person
from tests.jobs.letterbox import Letterbox, served
from tests.login import last_mail, link, log_in
from tests.processes import free_port

pytestmark = pytest.mark.django_db
FORM = {
    "email": "ann@example.org",
    "username": "ann",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def mail_server(settings: Any) -> Any:
    """The settings of one that is down: serve a Letterbox at its port."""
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    settings.EMAIL_DELIVERY = "jobs.delivery.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = False
    return settings


def delivered(mail_server: Any) -> list[Any]:
    """What arrives of the emails that wait."""
    box = Letterbox()
    with served(box, mail_server.EMAIL_PORT):
        while worker.do_next():
            pass
    return box.letters


def page_of(response: Any) -> str:
    return str(response.content.decode())


def confirm(client: Client, path: str) -> str:
    assert "Confirm</button" in page_of(client.get(path))
    return page_of(client.post(path, follow=True))


def test_register_confirm_log_in_log_out(client: Client) -> None:
    page = page_of(client.post("/accounts/signup/", FORM, follow=True))
    assert "Open the link in our email" in page
    assert page.count("An email is on its way") == 1 and "ann@example.org" in page
    assert "Open the link in our email" in log_in(client)  # not before the address is confirmed
    assert "is confirmed" in confirm(client, link(last_mail()))
    page = log_in(client)
    assert "You are logged in as ann." in page and 'class="who"' in page
    assert client.get("/accounts/logout/").status_code == 200
    assert 'class="who"' in page_of(client.get("/"))  # a link alone logs nobody out
    page = page_of(client.post("/accounts/logout/", follow=True))
    assert "You are logged out." in page and 'class="who"' not in page


def test_a_mail_goes_through_a_real_server_and_its_link_confirms(
    client: Client, mail_server: Any
) -> None:
    client.post("/accounts/signup/", FORM)
    [letter] = delivered(mail_server)
    assert letter["Subject"] == "Image Colorizer: Confirm your email address"
    assert letter["To"] == "ann@example.org"
    text = letter.get_payload().replace("\r\n", "\n")
    assert "http://testserver/accounts/confirm-email/" in text
    assert text.strip().endswith("Image Colorizer\nhttp://testserver/")
    assert "is confirmed" in confirm(client, link(text))
    assert "You are logged in as ann." in log_in(client, "ann@example.org")


@pytest.mark.parametrize("page", ["signup", "password/reset"])
def test_an_address_that_no_email_can_reach_is_refused(client: Client, page: str) -> None:
    answer = client.post(f"/accounts/{page}/", FORM | {"email": "ann@\u05d0a.org"})
    assert "Enter a valid email address." in page_of(answer) and not User.objects.exists()


def test_a_mail_server_that_is_down_keeps_nobody_waiting(client: Client, mail_server: Any) -> None:
    page = page_of(client.post("/accounts/signup/", FORM, follow=True))
    assert "Open the link in our email" in page and "Our emails are delayed" in page
    Worker.objects.create(name="worker")
    person("bob")
    reset = {"email": "bob@example.org"}
    page = page_of(client.post("/accounts/password/reset/", reset, follow=True))
    assert "An email is on its way to you" in page and "Our emails are delayed" not in page
    for _ in range(2):
        while worker.do_next():
            pass
    Item.objects.update(not_before=timezone.now())
    ledger.sweep()
    letters = delivered(mail_server)
    assert [letter["To"] for letter in letters] == ["ann@example.org", "bob@example.org"]
    confirmation, reset_link = (letter.get_payload() for letter in letters)
    assert "is confirmed" in confirm(client, link(confirmation))
    assert "Choose a new password" in page_of(client.get(link(reset_link), follow=True))


def change_password(client: Client, new: str) -> str:
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    return page_of(client.post("/accounts/password/change/", form, follow=True))


def test_change_the_password(client: Client) -> None:
    person()
    elsewhere = Client()
    log_in(elsewhere)
    log_in(client)
    assert "This password is too common" in change_password(client, "password")
    assert "Password changed" in change_password(client, "Grandpa 1931")
    assert "Your password was changed" in mail.outbox[-1].subject
    assert 'class="who"' in page_of(client.get("/"))
    assert 'class="who"' not in page_of(elsewhere.get("/"))
    assert "You are logged in" in log_in(Client(), password="Grandpa 1931")


def test_reset_the_password(client: Client) -> None:
    person()
    page = page_of(
        client.post("/accounts/password/reset/", {"email": "Ann@example.org"}, follow=True)
    )
    assert "An email is on its way to you" in page
    path = link(last_mail())
    form = client.get(path, follow=True)
    assert "Choose a new password" in page_of(form)
    new = {"password1": "Grandpa 1931", "password2": "Grandpa 1931"}
    assert "Password changed" in page_of(client.post(form.request["PATH_INFO"], new, follow=True))
    assert "You are logged in" in log_in(client, password="Grandpa 1931")
    assert "This link no longer works" in page_of(Client().get(path, follow=True))


def test_who_has_an_account_is_not_told_to_strangers(client: Client) -> None:
    person()
    pages = []
    for name in ("ann", "nobody"):
        form = {"email": f"{name}@example.org"}
        reset = client.post("/accounts/password/reset/", form, follow=True)
        register = FORM | form | {"username": f"new-{name}"}
        signup = Client().post("/accounts/signup/", register, follow=True)
        pages.append([page_of(reset), page_of(signup).replace(f"{name}@", "@")])
    assert pages[0] == pages[1]
    assert "Choose a new password" in mail.outbox[0].subject
    assert "You already have an account" in mail.outbox[1].subject
    assert "No account uses this address" in mail.outbox[2].subject


def test_those_who_have_just_logged_in_are_not_asked_for_the_password_again(client: Client) -> None:
    person()
    log_in(client)
    change = {"email": "ann@new.example", "action_add": ""}
    assert "link is on its way to ann@new.example" in page_of(
        client.post("/accounts/email/", change, follow=True)
    )


def test_change_the_address(client: Client) -> None:
    client.force_login(person())
    change = {"email": "ann@new.example", "action_add": ""}
    asked = client.post("/accounts/email/", change, follow=True)
    assert "Confirm it’s you" in page_of(asked)
    again = f"/accounts/reauthenticate/?{asked.request['QUERY_STRING']}"
    page = page_of(client.post(again, {"password": PASSWORD}, follow=True))
    assert "Your address is ann@example.org." in page
    assert "link is on its way to ann@new.example" in page
    assert User.objects.get().email == "ann@example.org"
    confirm(client, link(last_mail()))
    page = page_of(client.get("/accounts/email/"))
    assert "Your address is ann@new.example." in page
    assert User.objects.get().email == "ann@new.example"
    assert mail.outbox[-1].to == ["ann@example.org"]  # the old address hears of it
    remove = {"email": "ann@new.example", "action_remove": ""}
    client.post("/accounts/email/", remove, follow=True)
    assert User.objects.get().email == "ann@new.example"


def test_guessing_is_limited_for_a_name_whatever_the_port_of_the_address(client: Client) -> None:
    person()
    for port in range(5):
        assert "is wrong" in log_in(client, password="wrong", host=f"testserver:{8000 + port}")
    answer = client.post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many attempts" in page_of(answer) and "Wait five minutes" in page_of(answer)


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_forwarded_for_does_not_get_round_the_limit(
    proxies: int, client: Client, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    def guess(number: int, visitor: str = "203.0.113.7") -> int:
        """By way of a proxy of ours, which adds the visitor's true address, or straight."""
        forged = f"198.51.100.{number}" + (f", {visitor}" if proxies else "")
        form = {"login": f"name{number}", "password": "wrong"}
        headers = {"x-forwarded-for": forged}
        return client.post("/accounts/login/", form, headers=headers).status_code

    assert [guess(number) for number in range(11)] == [200] * 10 + [429]
    if proxies:
        assert guess(12, "203.0.113.8") == 200  # somebody else is not shut out


def test_the_same_proxies_are_believed_everywhere(settings: Any) -> None:
    assert settings.REST_FRAMEWORK["NUM_PROXIES"] == settings.ALLAUTH_TRUSTED_PROXY_COUNT


def test_registration_can_be_closed(client: Client, settings: Any) -> None:
    settings.REGISTRATION = False
    assert "Sign-up is closed" in page_of(client.get("/accounts/signup/"))
    client.post("/accounts/signup/", FORM)
    assert not User.objects.exists()


def test_a_suspended_person_is_told(client: Client) -> None:
    person(is_active=False)
    assert "This account is suspended" in log_in(client)
    assert "is wrong" in log_in(client, password="wrong")


def test_a_superuser_made_on_the_console_logs_in_and_reaches_the_admin(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="root", email="root@example.org")
    client.post("/accounts/password/reset/", {"email": "root@example.org"})  # changes nothing
    assert "You are logged in as root." in log_in(client, "root")
    assert client.get("/admin/").status_code == 200
    assert "Your address is root@example.org." in page_of(client.get("/accounts/email/"))


def test_a_person_put_in_without_an_address_can_log_in(client: Client) -> None:
    User.objects.create_user("ben", password=PASSWORD)
    assert "You are logged in as ben." in log_in(client, "ben")


def test_logging_in_leads_back_to_the_page_and_nowhere_else(client: Client) -> None:
    person()
    assert 'href="/accounts/login/?next=/faq"' in page_of(client.get("/faq"))
    form = {"login": "ann", "password": PASSWORD}
    assert client.post("/accounts/login/", form | {"next": "/faq"}).headers["Location"] == "/faq"
    away = {"next": "https://evil.example/"}
    assert Client().post("/accounts/login/", form | away).headers["Location"] == "/"


def test_signing_up_on_the_way_somewhere_leads_there(client: Client) -> None:
    assert 'href="/accounts/signup/?next=/public"' in page_of(client.get("/public"))
    client.post("/accounts/signup/", FORM | {"next": "/gallery?q=mary"})
    path = link(last_mail())
    other_device = Client()
    [place] = re.findall(r'name="next" value="([^"]+)"', page_of(other_device.get(path)))
    page = page_of(other_device.post(path, {"next": place}, follow=True))
    assert "is confirmed" in page and 'value="ann"' in page and 'value="/gallery?q=mary"' in page
    form = {"login": "ann", "password": PASSWORD, "next": place}
    answer = other_device.post("/accounts/login/", form)
    assert answer.headers["Location"] == "/gallery?q=mary"
    away = FORM | {"username": "eve", "email": "eve@example.org", "next": "https://evil.example/"}
    Client().post("/accounts/signup/", away)
    assert "evil" not in last_mail()


def test_what_is_not_found_may_want_a_log_in(client: Client) -> None:
    page = page_of(client.get("/pictures/nowhere?a=b"))
    assert "If the page is private, log in to see it." in page
    assert 'href="/accounts/login/?next=/pictures/nowhere%3Fa%3Db"' in page
    person()
    log_in(client)
    assert "log in to see it" not in page_of(client.get("/pictures/nowhere"))


def test_cookies_and_copies_are_kept_close(client: Client) -> None:
    person()
    answer = client.post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "no-store" in client.get("/accounts/email/").headers["Cache-Control"]


def test_a_bad_password_that_was_mistyped_too_is_told_at_once(client: Client) -> None:
    form = FORM | {"password1": "1234567", "password2": "7654321"}
    page = page_of(client.post("/accounts/signup/", form))
    assert (
        "at least 8 characters" in page
        and "The two passwords are different. Enter the same one twice." in page
    )


def test_fields_have_labels_help_and_errors_of_their_own(client: Client) -> None:
    page = page_of(client.post("/accounts/signup/", FORM | {"password1": "1234567"}))
    assert 'for="id_password1"' in page and 'id="id_password1_error"' in page
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in page
    assert 'autocomplete="new-password"' in page and "placeholder" not in page
    assert "at least 8 characters" in page


def test_a_cookie_with_a_null_character_is_no_session(client: Client) -> None:
    """Cookies in quotes can have one. PostgreSQL refuses it in queries."""
    client.raise_request_exception = False
    cookie = r'sessionid="abcdefgh\000ijklmnopqrstuvwxyz0123"'
    assert client.get("/gallery", headers={"cookie": cookie}).status_code == 302
