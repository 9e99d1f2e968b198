"""Logging in by an OpenID Connect provider (OIDC_SERVER_URL): who is let in as whom.

A new person gets an account by the same rules as anyone who signs up. An existing one is found by
what the provider calls them, or, the first time, by an address that both have confirmed.
"""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as provider_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponseBase
from requests import RequestException

from accounts.models import User

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest, str], HttpResponseBase]


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": (
            "Without it you could not log in, because your account has no password. Choose a "
            "password first."
        ),
        "no_verified_email": "Confirm your email address first: open the link in our email.",
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Leave out first and last name, which this site does not ask for. An address counts as
        confirmed only if the provider says so, which the text “false” does not."""
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True or address.verified == "true"
        names = {"first_name": "", "last_name": "", "name": ""}
        return super().populate_user(request, sociallogin, data | names)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account with an address that is confirmed here, too. An unconfirmed one may belong to
        a person who signed up with an address that is not theirs."""
        said = [address.email for address in sociallogin.email_addresses if address.verified]
        for email in said:
            own = EmailAddress.objects.filter(email__iexact=email, verified=True)
            if (found := own.select_related("user").first()) is not None:
                return found.user, email
        return None

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **about: Any
    ) -> None:
        """Log the reason, which the person does not see."""
        problem = about.get("exception") or request.GET.get("error_description") or error
        logger.warning("logging in by %s failed: %s", provider.name, problem)


def answered(view: View) -> View:
    """An error page in place of a failure, where the provider cannot be reached or answers with
    something else than it should."""

    def answer(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view(request, provider_id)
        except (RequestException, ImproperlyConfigured, KeyError, ValueError) as problem:
            provider = provider_adapter(request).get_provider(request, provider_id)
            response: HttpResponseBase = render_authentication_error(
                request, provider, exception=problem
            )
            return response
        except SocialApp.DoesNotExist as problem:
            raise Http404 from problem

    return answer


log_in, come_back = answered(views.login), answered(views.callback)
