"""Tokens, limits and whose pictures are whose."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Token, User
from gallery.models import Picture
from tests.cast import PASSWORD, picture, public_picture
from tests.gallery.api import ERROR_KEYS, Api
from tests.login import log_in, set_up_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
DOOR = "/api/v1/tokens"


def limit(monkeypatch: pytest.MonkeyPatch, name: str, rate: str) -> None:
    monkeypatch.setattr(f"gallery.api.throttles.{name}.rate", rate, raising=False)


def ask_for_token(client: Client, headers: Any = None, **fields: Any) -> Any:
    body = {"username": "owner", "password": PASSWORD, "name": "laptop"} | fields
    return client.post(DOOR, body, "application/json", headers=headers)


def code(response: Any) -> tuple[int, str]:
    assert set(response.json()) == ERROR_KEYS
    return response.status_code, response.json()["error"]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_is_shown_once_and_stored_hashed(owner: User) -> None:
    response = ask_for_token(Client(), scope="write", days=7)
    body = response.json()
    secret = body["token"]
    assert response.status_code == 201 and response.headers["Cache-Control"] == "no-store"
    token = Token.objects.get()
    assert secret not in str(vars(token)) and secret.startswith(token.token_key)
    assert token.expiry and token.expiry - timezone.now() < timedelta(days=7)
    listed = Client().get(DOOR, headers=bearer(secret)).json()["results"]
    assert [(each["name"], each["scope"]) for each in listed] == [("laptop", "write")]
    assert listed[0]["last_used_at"] and secret not in str(listed)


def test_a_token_may_only_read_and_ends_where_nothing_else_was_asked_for(owner: User) -> None:
    body = ask_for_token(Client()).json()
    assert body["scope"] == "read" and body["expires_at"] is not None
    assert ask_for_token(Client(), days=None).json()["expires_at"] is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"password": "wrong"}, (401, "not_logged_in")),
        ({"username": "nobody"}, (401, "not_logged_in")),
        ({"username": "suspended"}, (401, "not_logged_in")),
        ({"username": 7}, (400, "bad_field")),
        ({"scope": "all"}, (400, "bad_field")),
        ({"days": 0}, (400, "bad_field")),
        ({"days": 366}, (400, "bad_field")),
    ],
)
def test_who_gets_none(
    fields: Any, expected: tuple[int, str], owner: User, suspended: User
) -> None:
    assert code(ask_for_token(Client(), **fields)) == expected
    assert not Token.objects.exists()


def test_with_a_second_factor_a_password_alone_is_not_enough(owner: User) -> None:
    browser = Client()
    log_in(browser, "owner")
    set_up_app(browser)
    assert code(ask_for_token(Client())) == (403, "not_allowed")
    assert code(ask_for_token(Client(), password="wrong")) == (401, "not_logged_in")


def test_an_address_that_was_never_confirmed_gets_none(owner: User) -> None:
    EmailAddress.objects.update(verified=False)
    assert code(ask_for_token(Client())) == (403, "not_allowed")


def test_accounts_made_by_hand_need_no_email_here_either(owner: User) -> None:
    EmailAddress.objects.all().delete()
    assert ask_for_token(Client()).status_code == 201


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer a b", "Bearer imc_x", "Basic b3duZXI6eA==", "Token x",
        "Bearer \x80\xff", "bearer",
    ],
)  # fmt: skip
def test_without_a_token_that_works_it_is_401(header: str, owner: User) -> None:
    client = Client(raise_request_exception=False)
    for path in ("me", "pictures", "albums", "tokens"):
        response = client.get(f"/api/v1/{path}", headers={"Authorization": header})
        assert code(response) == (401, "not_logged_in")
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert "RateLimit-Limit" in response.headers


def test_ended_revoked_and_suspended_are_401(api: Api, owner: User, stranger: User) -> None:
    assert api.get("me").status_code == 200
    Token.objects.update(expiry=timezone.now())
    assert code(api.get("me")) == (401, "not_logged_in")
    assert Token.objects.exists()
    other = Api(stranger)
    other.delete(f"tokens/{other.token.token_key}")
    assert code(other.get("me")) == (401, "not_logged_in")
    third = Api(stranger)
    User.objects.update(is_active=False)
    assert code(third.get("me")) == (401, "not_logged_in")


def test_a_session_is_no_token(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_that_may_only_read_changes_nothing(reader: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    assert reader.get(path).status_code == reader.get(f"{path}/original").status_code == 200
    answers = [
        reader.upload(1),
        reader.upload(1, path="colorize"),
        reader.patch(path, {"title": "x"}),
        reader.delete(path),
        reader.post(f"{path}/recolor", {}),
        reader.post("albums", {"name": "x"}),
        reader.delete(f"tokens/{reader.token.token_key}"),
    ]
    assert {code(answer) for answer in answers} == {(403, "not_allowed")}
    assert "read-only" in answers[0].json()["message"]


def test_the_last_use_is_noted_once_a_minute(api: Api) -> None:
    def noted() -> Any:
        return Token.objects.get().last_used_at

    api.get("me")
    first = noted()
    api.get("me")
    assert first and noted() == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    api.get("me")
    assert noted() >= first


def test_anothers_is_not_there_whatever_is_done_to_it(others: Api, owner: User, api: Api) -> None:
    album = api.post("albums", {"name": "1950s"}).json()["id"]
    own = Picture.objects.get(pk=others.upload(7).json()["id"])
    for kept in (picture(owner), public_picture(owner)):
        path = f"pictures/{kept.pk}"
        answers = [
            *(others.get(f"{path}{end}") for end in ("", "/original", "/result", "/thumbnail")),
            others.get(f"{path}/result?version={kept.current_id}"),
            others.get(f"pictures/{own.pk}/result?version={kept.current_id}"),
            others.patch(path, {"title": "x"}),
            others.patch(path, {}, If_Match="x"),
            others.patch(f"pictures/{own.pk}", {"version": str(kept.current_id)}),
            others.patch(f"pictures/{own.pk}", {"album": album}),
            others.delete(path),
            others.post(f"{path}/recolor", {"vividness": 0.5}),
            others.get(f"albums/{album}"),
            others.get(f"pictures?album={album}"),
            others.patch(f"albums/{album}", {"name": "x"}),
            others.delete(f"albums/{album}"),
            others.upload(8, album=album),
            others.get(f"tokens/{api.token.token_key}"),
            others.delete(f"tokens/{api.token.token_key}"),
        ]
        assert {code(answer) for answer in answers} == {(404, "not_found")}
    assert len(others.get("pictures").json()["results"]) == 1


def test_other_addresses_and_methods_are_answered_in_the_contract(api: Api) -> None:
    for path in ("/api/v1/nothing", "/api/", "/api/v1/pictures/", "/api/v1/pictures/7"):
        assert code(api.get(path)) == (404, "not_found")
        assert code(Client().post(path)) == (404, "not_found")
    response = api.ask("PUT", "pictures")
    assert code(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, POST, HEAD"
    assert code(api.get("me", Accept="text/html")) == (406, "not_acceptable")
    form = api.client.post("/api/v1/albums", {"name": "x"}, headers=api.headers)
    assert code(form) == (415, "unsupported_type")
    broken = api.client.generic(
        "POST", "/api/v1/albums", "{", "application/json", headers=api.headers
    )
    assert code(broken) == (400, "bad_request")
    for body in ('{"name":"' + "x" * 200_000 + '"}', "[" * 50_000):
        large = api.client.generic(
            "POST", "/api/v1/albums", body, "application/json", headers=api.headers
        )
        assert code(large) == (400, "bad_request")


def test_the_entry_points_are_listed_for_anybody() -> None:
    body = Client().get("/api/v1/").json()
    assert body["pictures"] == "http://testserver/api/v1/pictures"
    assert Client().get(body["schema"]).status_code == 200


def test_limits_are_told_and_held_for_each_person(
    api: Api, others: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "PersonThrottle", "2/min")
    left = [api.get("me").headers["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = api.get("me")
    assert code(refused) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Limit"] == "2"
    assert 1 <= int(refused.headers["RateLimit-Reset"]) <= 60
    assert others.get("me").status_code == 200


def test_photos_count_as_photos(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "1/min", raising=False)
    first = api.upload()
    assert first.headers["RateLimit-Limit"] == "1"
    assert code(api.upload(2)) == (429, "rate_limited")
    assert code(api.upload(2, path="colorize")) == (429, "rate_limited")
    assert code(api.post(f"{first.json()['url']}/recolor", {})) == (429, "rate_limited")
    assert api.get("pictures").status_code == 200


FORGED = [{"X-Forwarded-For": f"198.51.100.{n}"} for n in range(9)]


def test_who_has_no_token_is_limited_by_address_and_no_forged_header_helps(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "AddressThrottle", "2/min")
    answers = [Client().get("/api/v1/me", headers=FORGED[n]).status_code for n in range(4)]
    assert answers == [401, 401, 429, 429]
    assert Client().get("/api/v1/me", REMOTE_ADDR="192.0.2.9").status_code == 401


def test_behind_a_proxy_its_word_counts_and_nobody_elses(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    limit(monkeypatch, "AddressThrottle", "1/min")
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    sent = [f"203.0.113.{n}, 198.51.100.7" for n in range(3)] + ["198.51.100.8"]
    answers = [
        Client().get("/api/v1/me", headers={"X-Forwarded-For": each}).status_code for each in sent
    ]
    assert answers == [401, 429, 429, 401]


def test_guessing_tokens_ends_soon_and_locks_nobody_else_out(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "GuessThrottle", "3/min")
    client = Client()
    guesses = [client.get("/api/v1/me", headers=bearer(f"imc_{n}") | FORGED[n]) for n in range(4)]
    assert [guess.status_code for guess in guesses] == [401, 401, 401, 429]
    assert int(guesses[3].headers["Retry-After"]) > 0
    assert guesses[0].headers["RateLimit-Limit"] == "3"
    assert api.get("me").status_code == 200


def test_a_token_that_has_expired_is_no_guess(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "GuessThrottle", "1/min")
    Token.objects.update(expiry=timezone.now())
    assert [code(api.get("me"))[0] for _ in range(3)] == [401] * 3


def test_the_defaults_of_rest_framework_are_closed(settings: Any) -> None:
    defaults = settings.REST_FRAMEWORK
    assert "rest_framework.permissions.IsAuthenticated" in defaults["DEFAULT_PERMISSION_CLASSES"]
    assert len(defaults["DEFAULT_THROTTLE_CLASSES"]) == 2
    assert defaults["NUM_PROXIES"] == 0
