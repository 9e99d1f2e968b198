"""Authenticator apps: whoever has one gives its code, in every session.

allauth asks for the code when somebody logs in, and keeps a record in the session of every proof
that was given in it. Here it is decided which of them count.
"""

from typing import Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

# What an app's code was given for: logging in or being asked once more; and setting the app up.
GIVEN, SET_UP = "mfa", "app_set_up"


def app_of(user: Any) -> int | None:
    """The key of the person's app."""
    if not hasattr(user, "app"):
        apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user_id=user.pk)
        user.app = apps.values_list("pk", flat=True).first()
    return user.app  # type: ignore[no-any-return]


def proofs(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    """By what the session's person has proved who they are, and when. With an app only its codes
    count, or recovery codes, given since it was set up: whatever replaces it has a higher key."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    if (app := app_of(user)) is None:
        return records
    return [each for each in records if each["method"] in (GIVEN, SET_UP) and each["id"] >= app]


def note_set_up(request: HttpRequest) -> None:
    """This session goes on under a new key; every other one of the person has ended."""
    user = request.user
    del user.app  # type: ignore[union-attr]
    record_authentication(request, user, SET_UP, id=app_of(user))
    request.session.cycle_key()


class Authentication(AuthenticationMiddleware):
    """As Django's, and where somebody has an app, a session in which its code was never given is
    nobody's: it was begun by the password alone, before."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]


def get_user(request: HttpRequest) -> Any:
    user = auth.get_user(request)
    if user.is_authenticated and app_of(user) is not None and not proofs(request, user):
        request.session.flush()
        return AnonymousUser()
    return user
