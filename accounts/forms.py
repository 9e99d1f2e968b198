"""allauth's forms in this site's words: labels instead of placeholders, help where it is needed.

And the forms of the profile page."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import Scope, Token, User
from accounts.names import TAKEN
from accounts.tokens import USUAL_DAYS
from colorize.web.text import LineField

ADVICE = "At least 8 characters, not only digits, not one of the common ones, not like your name."
# How long a token works, in days; the last is for ever.
LIFETIMES = [
    ("1", "After 1 day"),
    ("7", "After 1 week"),
    ("30", "After 30 days"),
    ("90", "After 90 days"),
    ("365", "After 1 year"),
    ("", "Never expires"),
]


class Worded:
    """Labels, help and attributes of fields, by their names."""

    labels: dict[str, str] = {}
    common = {
        "email": "E-mail address",
        "username": "Username",
        "password": "Password",
        "password1": "New password",
        "password2": "New password, once more",
        "oldpassword": "Present password",
        "code": "Code",
    }
    helps: dict[str, str] = {}
    attributes = {
        "login": {"autocomplete": "username", "autocapitalize": "none"},
        "username": {"autocapitalize": "none"},
        "code": {"inputmode": "numeric", "autocomplete": "one-time-code"},
    }
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps = {"password1": ADVICE} | self.helps
        for name, field in self.fields.items():
            field.label = (self.common | self.labels).get(name, field.label)
            field.help_text = helps.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attributes.get(name, {}))


class Login(Worded, account.LoginForm):  # type: ignore[misc]
    labels = {
        "login": "Username or e-mail address",
        "remember": "Keep me logged in on this device for two weeks",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].initial = self.request.GET.get("login")


class Register(Worded, account.SignupForm):  # type: ignore[misc]
    labels = {"password1": "Password", "password2": "Password, once more"}
    helps = {
        "email": "A link to confirm it is sent there.",
        "username": "Letters, digits and . + - _",
    }

    def clean(self) -> Any:
        """Of a bad password too it is said whether it was typed the same twice."""
        data = super().clean()
        typed = {self.data.get("password1"), self.data.get("password2")}
        if self.has_error("password1") and len(typed) > 1:
            self.add_error("password2", "The two passwords are not the same.")
        return data

    def try_save(self, request: HttpRequest) -> Any:
        """Where the address is known nobody is made, and a mail tells its owner; it takes as long,
        so that the time tells nothing to whoever asks."""
        if self.account_already_exists:
            self.pretend()
        return super().try_save(request)

    def pretend(self) -> None:
        """The work of making the account, undone."""
        fields = self.cleaned_data
        user = User(username=fields["username"], email=fields["email"])
        user.set_password(fields["password1"])
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, primary=True)
            transaction.set_rollback(True)


class ChangeEmail(Worded, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New e-mail address"}


class ChangePassword(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    """`keep_tokens`: see tokens.EndWithPassword."""

    labels = {"keep_tokens": "Keep the tokens of my programs"}
    helps = {"keep_tokens": "Otherwise they end now. Keep them only if nobody else knows them."}

    keep_tokens = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Token.objects.filter(user=self.user).exists():
            del self.fields["keep_tokens"]

    def save(self) -> None:
        self.user.keeps_tokens = self.cleaned_data.get("keep_tokens", False)
        super().save()

    def clean_oldpassword(self) -> str:
        """A wrong one is a guess, as at every other door."""
        given = str(self.cleaned_data["oldpassword"])
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given


class SetPassword(Worded, account.SetPasswordForm):  # type: ignore[misc]
    pass


class AskForReset(Worded, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPassword(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ConfirmByPassword(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class LoginCode(Worded, mfa.AuthenticateForm):  # type: ignore[misc]
    helps = {"code": "Without your phone, one of your recovery codes."}


class ConfirmByCode(Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    helps = LoginCode.helps


class ActivateApp(Worded, ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "Code that the app shows"}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["public_name", "saves"]
        labels = {
            "public_name": "Public name",
            "saves": "Save what I colorize in my gallery",
        }
        help_texts = {
            "public_name": "Your approved public pictures are shown together under it. "
            "Without one they are shown without a name."
        }

    def save_only(self) -> bool:
        """These fields only: what else is known of the person may have changed meanwhile. False
        where somebody else took the name at the same moment."""
        try:
            with transaction.atomic():
                self.instance.save(update_fields=list(self.fields))
        except IntegrityError:
            self.add_error("public_name", TAKEN)
            return False
        return True


class TokenForm(forms.Form):
    name = LineField(
        max_length=100,
        label="What is it for?",
        error_messages={"required": "A token needs a name, so that you know it again."},
    )
    scope = forms.ChoiceField(choices=Scope.choices, label="Permission")
    days = forms.TypedChoiceField(
        choices=LIFETIMES,
        coerce=int,
        empty_value=None,
        required=False,
        initial=str(USUAL_DAYS),
        label="Expires",
    )
