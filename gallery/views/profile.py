"""A person's own page: settings, space, tokens, reports, and the way out."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from accounts import tokens
from accounts.access import action, person_of, personal
from accounts.forms import ProfileForm, TokenForm
from accounts.models import Token, User
from gallery.forms import DeleteAccountForm
from gallery.models import Report
from gallery.services import personal_data, quota
from gallery.services.zips import zip_response

# Where a token waits, in the session, for the page that shows it.
NEW_TOKEN = "new_token"  # noqa: S105


@personal("GET", "HEAD", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    # Another object than the page's own person: a name that is refused stays in it.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid() and form.save_only():
        messages.success(request, "Your settings are saved.")
        return redirect("profile")
    return show(request, form, TokenForm())


def show(request: HttpRequest, form: ProfileForm, token_form: TokenForm) -> HttpResponse:
    user = person_of(request)
    context = {
        "form": form,
        "usage": quota.usage(user),
        "tokens": Token.objects.filter(user=user),
        "token_form": token_form,
        "reports": Report.objects.by(user).select_related("picture")[:20],
    }
    status = 422 if form.errors or token_form.errors else 200
    return render(request, "gallery/profile.html", context, status=status)


@personal("GET", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]
def make_token(request: HttpRequest) -> HttpResponse:
    """Shown on the page that follows, so that reloading that makes no other."""
    if request.method == "GET":
        return show_token(request)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return show(request, ProfileForm(instance=person_of(request)), form)
    token, secret = tokens.make(person_of(request), **form.cleaned_data)
    request.session[NEW_TOKEN] = {"name": token.name, "secret": secret}
    return redirect("make-token")


def show_token(request: HttpRequest) -> HttpResponse:
    """Once: from here on nobody knows it."""
    made = request.session.pop(NEW_TOKEN, None)
    return render(request, "gallery/token.html", made) if made else redirect("profile")


@action("profile")
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    token = get_object_or_404(Token, user=person_of(request), token_key=key)
    tokens.revoke(token)
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("profile")


@personal("GET", "HEAD", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything that is kept of the person, for who has proved of late to be that person: anybody
    may find an open browser. A page stands before it, to come back to from the proof."""
    user = person_of(request)
    if request.method != "POST":
        return render(request, "gallery/export.html", {"usage": quota.usage(user)})
    return zip_response(f"image-colorizer-{user.get_username()}", personal_data.export(user))


@personal("GET", "HEAD", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]
def delete(request: HttpRequest) -> HttpResponse:
    """The account with everything in it; who has neither just logged in nor just given the password
    once more is asked for it, for anybody may find an open browser."""
    user = person_of(request)
    form = DeleteAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        personal_data.delete_account(user)
        logout(request)
        messages.success(request, "Your account and all your pictures are deleted.")
        return redirect("colorizer")
    context = {"form": form, "usage": quota.usage(user)}
    return render(
        request, "gallery/delete_account.html", context, status=422 if form.errors else 200
    )
