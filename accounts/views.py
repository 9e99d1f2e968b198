"""allauth's pages that continue differently on this site."""

from typing import Any

from allauth.account.views import ConfirmEmailView, PasswordResetFromKeyView, SignupView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount import views as provider
from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from accounts import devices
from accounts.names import TAKEN
from accounts.second_factor import note_set_up


class ConfirmEmail(ConfirmEmailView):  # type: ignore[misc]
    def get_redirect_url(self) -> str:
        """After confirming, people log in (with the username filled in) and get to the page that
        they wanted."""
        if self.request.user.is_authenticated:
            return str(super().get_redirect_url())
        name = self.object.email_address.user.get_username()
        place = {"next": self.get_next_url()} if self.get_next_url() else {}
        return f"{reverse('account_login')}?{urlencode({'login': name} | place)}"


class NameMayBeTaken:
    """Of a form with a username: someone else may take it a moment earlier."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except IntegrityError:
            form.add_error("username", TAKEN)
            return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]
        return response


class SignUp(NameMayBeTaken, SignupView):  # type: ignore[misc]
    pass


class SignUpByProvider(NameMayBeTaken, provider.SignupView):  # type: ignore[misc]
    pass


class ChoosePassword(PasswordResetFromKeyView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        """The person can log in now, even if others have guessed too often."""
        response: HttpResponse = super().form_valid(form)
        devices.remember(self.request, response, self.reset_user)
        return response


class SetUpApp(ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_set_up(self.request)
        return response
