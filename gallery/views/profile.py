"""The profile page: settings, storage, tokens and reports."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import tokens
from accounts.access import action, person_of, personal
from accounts.forms import ProfileForm, TokenForm
from accounts.models import Token, User
from gallery.models import Report
from gallery.services import quota

# The session key that carries a new token to the page that shows it.
NEW_TOKEN = "new_token"  # noqa: S105


@personal("GET", "HEAD", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    # Another object than the page's own person: a name that is refused stays in it.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid() and form.save_only():
        messages.success(request, "Settings saved.")
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
    """Create a token, then redirect to the page that shows it, so that reloading creates none."""
    if request.method == "GET":
        return show_token(request)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return show(request, ProfileForm(instance=person_of(request)), form)
    token, secret = tokens.make(person_of(request), **form.cleaned_data)
    request.session[NEW_TOKEN] = {"name": token.name, "secret": secret}
    return redirect("make-token")


def show_token(request: HttpRequest) -> HttpResponse:
    """Show a new token once; it is not stored."""
    made = request.session.pop(NEW_TOKEN, None)
    return render(request, "gallery/token.html", made) if made else redirect("profile")


@action("profile")
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    token = get_object_or_404(Token, user=person_of(request), token_key=key)
    tokens.revoke(token)
    messages.success(request, f"Token “{token.name}” revoked.")
    return redirect("profile")
