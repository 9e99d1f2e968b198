"""Two-factor authentication: people with an authenticator app enter its code in every session.

allauth asks for the code on logging in, and records every authentication in the session. This
module decides which of the records count.
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

# What a code was entered for: logging in or reauthentication, or setting up the app.
GIVEN, SET_UP = "mfa", "app_set_up"


def app_of(user: Any) -> int | None:
    """The primary key of the person's app, or None."""
    if not hasattr(user, "app"):
        apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user_id=user.pk)
        user.app = apps.values_list("pk", flat=True).first()
    return user.app  # type: ignore[no-any-return]


def proofs(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    """The session's authentication records that count. With an app, only its codes and recovery
    codes count, entered after it was set up (a newer app has a higher key)."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    if (app := app_of(user)) is None:
        return records
    return [each for each in records if each["method"] in (GIVEN, SET_UP) and each["id"] >= app]


def note_set_up(request: HttpRequest) -> None:
    """Continue this session with a new key; all others of this person have ended."""
    user = request.user
    del user.app  # type: ignore[union-attr]
    record_authentication(request, user, SET_UP, id=app_of(user))
    request.session.cycle_key()


class Authentication(AuthenticationMiddleware):
    """Like Django's, but a session without a code of the person's app is anonymous: it was started
    with only a password, before the app was set up."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]


def get_user(request: HttpRequest) -> Any:
    user = auth.get_user(request)
    if user.is_authenticated and app_of(user) is not None and not proofs(request, user):
        request.session.flush()
        return AnonymousUser()
    return user
