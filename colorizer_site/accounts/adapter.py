"""Where allauth asks what the site wants."""

import contextlib
import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

logger = logging.getLogger(__name__)


class MailFailed(ImmediateHttpResponse):  # type: ignore[misc]
    """The same words whether the address has an account or not, and leave to ask again at once.

    The page is made when it is wanted only: making it takes the messages that wait for the next.
    """

    def __init__(self, email: str) -> None:
        self.email = email
        ratelimit.clear(context.request, action="confirm_email", key=email.lower())

    @cached_property
    def response(self) -> HttpResponse:
        facts = {"email": self.email}
        return render(context.request, "account/mail_failed.html", facts, status=503)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "username_password_mismatch": "The username or the password is not right.",
        "email_taken": "Another account has this e-mail address.",
        "enter_current_password": "This is not your present password.",
        "incorrect_password": "The password is not right.",
        "incorrect_code": "The code is not right. Each code is good for half a minute, and once.",
        "same_as_current": "This is the address that you have already.",
        "duplicate_email": "This is the address that you have already.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just logged in has just proved who they are; allauth counts only what is
        given once more."""
        since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(record["at"] > since for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """The confirmed address stays until another is confirmed: a lost password needs it."""
        return not email_address.verified

    def get_login_stages(self) -> list[str]:
        own = {
            "allauth.account.stages.EmailVerificationStage": (
                "colorizer_site.accounts.stages.ConfirmEmail"
            )
        }
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Over the limit the answer has its proper status. Raises ImmediateHttpResponse."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as limit:
            raise ImmediateHttpResponse(ratelimit.respond_429(request)) from limit

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the host that allauth puts in front: its port is the visitor's to choose, and
        each would be counted anew."""
        return str(credentials.get("email", credentials.get("username", ""))).lower()

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """It remembers where the person was going, on another device too."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        return str(passthrough_next_redirect_url(request, url, REDIRECT_FIELD_NAME))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises MailFailed, which answers in words, where the mail server fails."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as problem:
            logger.error("%s could not be sent: %s", template_prefix, problem)
            raise MailFailed(email) from problem

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What it tells of has happened, with or without the mail."""
        with contextlib.suppress(MailFailed):
            super().send_notification_mail(*args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": (
            "While two-factor log-in is on, the address of the account stays. "
            "Turn it off, change the address, then set it up again."
        ),
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": "Confirm your e-mail address first: follow the link in our mail.",
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())
