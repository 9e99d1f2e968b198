"""Remembers in a cookie who has logged in on a device before; see guessing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string

from accounts.models import User

COOKIE = SALT = "devices"
# The longest time that browsers keep cookies.
SECONDS = 400 * 86400
# The most people for each device; the last ones to log in stay.
PEOPLE = 8


def known(request: HttpRequest) -> dict[str, str]:
    """The people who have logged in here: account IDs, latest last, each with a secret that
    identifies the device."""
    value = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=SECONDS) or ""
    pairs = (each.partition("-") for each in value.split(".") if each)
    return {person: secret for person, _, secret in pairs}


def secret_of(request: HttpRequest, user: User) -> str | None:
    return known(request).get(str(user.pk))


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    people = known(request)
    secret = people.pop(str(user.pk), None) or get_random_string(16)
    latest = [*people.items(), (str(user.pk), secret)][-PEOPLE:]
    response.set_signed_cookie(
        COOKIE,
        ".".join("-".join(pair) for pair in latest),
        salt=SALT,
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
