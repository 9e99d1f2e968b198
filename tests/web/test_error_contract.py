"""One contract for whatever goes wrong: what it means, and how it is told as JSON and as a page."""

import json
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost, PermissionDenied, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions

from accounts.models import User
from colorize.engine.errors import Busy
from colorize.web import errors
from colorize.web.error_responses import error_json, error_page, user_error
from gallery.errors import OverQuota
from gallery.models import Album

BUSY = OperationalError("database is locked")
MEANINGS = [
    (Busy(retry_after=5), 503, "busy"),
    (Http404(), 404, "not_found"),
    (PermissionDenied(), 403, "not_allowed"),
    (DisallowedHost(), 400, "unknown_host"),
    (TooManyFieldsSent(), 400, "bad_request"),
    (exceptions.NotAuthenticated(), 401, "not_logged_in"),
    (exceptions.AuthenticationFailed(), 401, "not_logged_in"),
    (exceptions.PermissionDenied("it is closed."), 403, "not_allowed"),
    (exceptions.PermissionDenied("CSRF Failed: CSRF cookie not set."), 403, "form_expired"),
    (exceptions.NotFound(), 404, "not_found"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    (exceptions.NotAcceptable(), 406, "not_acceptable"),
    (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_type"),
    (exceptions.ParseError("no JSON"), 400, "bad_request"),
    (exceptions.ValidationError({"days": ["Too many."]}), 400, "bad_field"),
    (exceptions.Throttled(7), 429, "rate_limited"),
    (OSError(28, "No space left on device"), 507, "storage_full"),
    (BUSY, 503, "database_unavailable"),
    (RuntimeError("a secret"), 500, "internal_error"),
]


@pytest.mark.parametrize(("problem", "status", "code"), MEANINGS)
def test_every_exception_means_one_thing(problem: Exception, status: int, code: str) -> None:
    error = user_error(problem)
    assert (error.status, error.code) == (status, code)
    assert "secret" not in error.message


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (Busy(retry_after=5), "Retry-After", "5"),
        (errors.DatabaseUnavailable(), "Retry-After", "30"),
        (errors.NotLoggedIn(), "WWW-Authenticate", "Bearer"),
    ],
)
def test_json_and_page_have_the_same_status_words_and_headers(
    error: Any, header: str, value: str, rf: RequestFactory
) -> None:
    as_json, page = error_json(rf.get("/"), error), error_page(rf.get("/"), error)
    assert as_json.status_code == page.status_code == error.status
    assert as_json[header] == page[header] == value
    assert json.loads(as_json.content)["message"] == error.message
    assert error.message in page.content.decode()


def test_a_page_tells_what_its_view_did_not_foresee(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words and with its status, instead of a fault of the server."""

    def full(*args: Any) -> None:
        raise OverQuota(reason="it holds 1 picture")

    monkeypatch.setattr("gallery.views.albums.delete_album", full)
    album = Album.objects.create(owner=owner, name="Summer")
    form = {"do": "delete", "sure": "yes"}
    client.force_login(owner)
    answer = client.post(f"/gallery/albums/{album.pk}", form)
    assert answer.status_code == 403
    assert "it holds 1 picture" in answer.content.decode()
