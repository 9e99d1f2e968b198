"""allauth's forms with this site's wording (labels instead of placeholders, and help texts), and
the forms of the profile page."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.socialaccount import forms as provider
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import TOKEN_NAME_LENGTH, Scope, Token, User
from accounts.names import TAKEN
from accounts.tokens import USUAL_DAYS
from colorize.web.text import LineField

ADVICE = "At least 8 characters; not only digits, not a common password, not similar to your name."
# How long a token works, in days; the last one works for ever.
LIFETIMES = [
    ("1", "After 1 day"),
    ("7", "After 7 days"),
    ("30", "After 30 days"),
    ("90", "After 90 days"),
    ("365", "After 1 year"),
    ("", "Never expires"),
]


class Worded:
    """Sets labels, help texts and attributes of fields by name."""

    labels: dict[str, str] = {}
    common = {
        "email": "Email address",
        "username": "Username",
        "password": "Password",
        "password1": "New password",
        "password2": "Repeat new password",
        "oldpassword": "Current password",
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
        "login": "Username or email address",
        "remember": "Keep me logged in on this device for two weeks",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].initial = self.request.GET.get("login")


class SignUp(Worded, account.SignupForm):  # type: ignore[misc]
    labels = {"password1": "Password", "password2": "Repeat password"}
    helps = {
        "email": "We’ll send a link there to confirm it.",
        "username": "Letters, digits and . + - _",
    }

    def clean(self) -> Any:
        """Also reports different passwords if the first one is refused."""
        data = super().clean()
        typed = {self.data.get("password1"), self.data.get("password2")}
        if self.has_error("password1") and len(typed) > 1:
            self.add_error(
                "password2", "The two passwords are different. Enter the same one twice."
            )
        return data

    def try_save(self, request: HttpRequest) -> Any:
        """For a known address no account is created, and its owner gets an email. This takes
        equally long, so that the time reveals nothing."""
        if self.account_already_exists:
            self.pretend()
        return super().try_save(request)

    def pretend(self) -> None:
        """Do the work of creating the account, and undo it."""
        fields = self.cleaned_data
        user = User(username=fields["username"], email=fields["email"])
        user.set_password(fields["password1"])
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, primary=True)
            transaction.set_rollback(True)


class SignUpByProvider(Worded, provider.SignupForm):  # type: ignore[misc]
    """For people whom the site's OpenID Connect provider has sent. An address that it has confirmed
    is kept as it is; another one would count as confirmed along with it."""

    helps = {"username": SignUp.helps["username"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, login = self.fields["email"], self.sociallogin
        field.disabled = any(address.verified for address in login.email_addresses)
        confirmed = f"Confirmed by {login.provider.name}."
        field.help_text = confirmed if field.disabled else SignUp.helps["email"]


class ChangeEmail(Worded, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New email address"}


class ChangePassword(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    """`keep_tokens`: see tokens.EndWithPassword."""

    labels = {"keep_tokens": "Keep my API tokens"}
    helps = {
        "keep_tokens": "Otherwise they are revoked now. Keep them only if nobody else knows them."
    }

    keep_tokens = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Token.objects.filter(user=self.user).exists():
            del self.fields["keep_tokens"]

    def save(self) -> None:
        self.user.keeps_tokens = self.cleaned_data.get("keep_tokens", False)
        super().save()

    def clean_oldpassword(self) -> str:
        """A wrong password counts as a guess, as in any other form."""
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
    helps = {"code": "No phone at hand? Use one of your recovery codes."}


class ConfirmByCode(Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    helps = LoginCode.helps


class ActivateApp(Worded, ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "Code from the app"}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["public_name", "saves"]
        labels = {
            "public_name": "Public name",
            "saves": "Save the photos I colour in my gallery",
        }
        help_texts = {
            "public_name": "Shown with your public pictures. Leave it empty to stay anonymous."
        }

    def save_only(self) -> bool:
        """Save only these fields, because others may have changed in the meantime. False if someone
        else took the name at the same moment."""
        try:
            with transaction.atomic():
                self.instance.save(update_fields=list(self.fields))
        except IntegrityError:
            self.add_error("public_name", TAKEN)
            return False
        return True


class TokenForm(forms.Form):
    name = LineField(
        max_length=TOKEN_NAME_LENGTH,
        label="What is it for?",
        error_messages={"required": "Give the token a name, so that you recognise it later."},
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
