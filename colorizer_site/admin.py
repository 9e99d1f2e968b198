"""The admin site, with the site's own login and second factor."""

from functools import wraps
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse

from accounts.second_factor import GIVEN, app_of, proofs
from colorize.web.methods import OF_THE_ADMIN, allow_methods

APP_NEEDED = "Moderators need two-factor authentication. Set it up first."


class Site(admin.AdminSite):
    site_title = site_header = "Image Colorizer"

    def get_urls(self) -> list[Any]:
        """Without “view on site”, which gives all staff the URL of any object by its ID, even the
        link to someone's private picture."""
        named = [(getattr(found, "name", ""), found) for found in super().get_urls()]
        others = [found for name, found in named if name != "view_on_site"]
        return [path("r/<path:rest>", not_there), *others]

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor_is_given(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """404 for impossible IDs; Django's views pass them to the database, which fails."""
        inner = super().admin_view(rights_first(view), cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response: HttpResponseBase = inner(request, *args, **kwargs)
            except (OverflowError, ValidationError, DataError) as problem:
                raise Http404 from problem
            return response

        return allow_methods(*OF_THE_ADMIN)(guarded)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the missing step: log in, enter the app's code, or set up the app."""
        wanted = request.GET.get("next", reverse("admin:index"))
        if self.has_permission(request):
            return redirect("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not request.user.is_staff:
            raise PermissionDenied
        if app_of(request.user) is not None:
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': wanted})}")
        messages.warning(request, APP_NEEDED)
        return redirect("mfa_index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def rights_first(view: Any) -> Any:
    """Check permissions before a row is looked up; otherwise Django's history view tells anyone on
    the staff which rows exist."""
    about = getattr(view, "__self__", None)
    if not isinstance(about, admin.ModelAdmin):
        return view

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not any(about.get_model_perms(request).values()):
            raise PermissionDenied
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    return checked


def not_there(request: HttpRequest, rest: str) -> NoReturn:
    """A URL that does not exist for anyone. Raises Http404."""
    raise Http404


def second_factor_is_given(request: HttpRequest) -> bool:
    """Whether this session has given a code of the person's app. Setting up an app in this session
    does not count: that took only the password."""
    if app_of(request.user) is not None:
        return any(proof["method"] == GIVEN for proof in proofs(request, request.user))
    return not settings.STAFF_TWO_FACTOR
