"""Adapters: where allauth asks for this site's choices."""

import time
from math import ceil
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.humanize.templatetags.humanize import apnumber
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts import devices
from accounts.guessing import Guess, TooManyGuesses
from accounts.models import User
from accounts.names import TAKEN
from accounts.second_factor import app_of, proofs
from colorize.web.error_responses import page_with
from colorize.web.mailboxes import check_mailbox
from colorize.web.ratelimit import plain_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is wrong.",
        "username_password_mismatch": "The username or the password is wrong.",
        "username_taken": TAKEN,
        "email_taken": "Another account already uses this email address.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "The password is wrong.",
        "incorrect_code": "The code is wrong. Each code works once, for half a minute.",
        "same_as_current": "This is already your address.",
        "duplicate_email": "This is already your address.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Logging in counts as well; allauth counts only reauthentication."""
        since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        given = proofs(self.request, self.request.user)
        fresh = any(proof["at"] > since for proof in given)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """People with an app must enter its code; a password is not enough."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and app_of(user) is not None:
            return [way for way in ways if way["id"] != "reauthenticate"]
        return ways

    def clean_email(self, email: str) -> str:
        """Raises ValidationError."""
        check_mailbox(email)
        return str(super().clean_email(email))

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The normalised name. Raises ValidationError."""
        name = str(super().clean_username(User.normalize_username(username), shallow))
        return name if shallow else str(User._meta.get_field("username").clean(name, None))

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """A confirmed address cannot be removed: it is needed to reset a forgotten password."""
        return not email_address.verified

    def get_login_stages(self) -> list[str]:
        own = {"allauth.account.stages.EmailVerificationStage": ("accounts.stages.ConfirmEmail")}
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts guesses together with the API; allauth's own limits count only this form. Raises
        ImmediateHttpResponse."""
        login = credentials.get("username") or credentials.get("email") or ""
        self.guess = Guess(request, login)
        try:
            self.guess.count()
        except TooManyGuesses as limit:
            raise ImmediateHttpResponse(too_many_tries(request, limit)) from limit

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            self.guess.was_right()
        return user

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address, with IPv4 in plain form. allauth counts IPv6 by its network."""
        try:
            address = super().get_client_ip(request)
        except (PermissionDenied, ImproperlyConfigured):
            # A proxy that does not forward the visitor's address.
            address = request.META.get("REMOTE_ADDR", "")
        return plain_address(address)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link remembers where the person wanted to go, also on another device."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        return str(passthrough_next_redirect_url(request, url, REDIRECT_FIELD_NAME))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in emails lead to the site's own address."""
        facts = {name: on_site(name, value) for name, value in context.items()}
        super().send_mail(template_prefix, email, facts | {"site_url": settings.SITE_URL})


def on_site(name: str, value: Any) -> Any:
    """A link for an email, with the site's own address: allauth uses the request's Host."""
    if not name.endswith("_url"):
        return value
    parts = urlsplit(value)
    return settings.SITE_URL + urlunsplit(("", "", parts.path, parts.query, ""))


def too_many_tries(request: HttpRequest, limit: TooManyGuesses) -> HttpResponse:
    wait = {"minutes": apnumber(ceil((limit.retry_after or 60) / 60))}
    return page_with(request, "429.html", limit, wait)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": (
            "You cannot change your email address while two-factor authentication is on. "
            "Turn it off, change the address, then set it up again."
        ),
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": "Confirm your email address first: open the link in our email.",
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())
