"""The admin behind the same door as everything else."""

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

APP_NEEDED = "The admin asks staff for two-factor log-in. Set it up first."


class Site(admin.AdminSite):
    site_title = site_header = "Image Colorizer"

    def get_urls(self) -> list[Any]:
        """Without “view on site”, which tells all staff the address of whatever they can name by
        its number: a person's link to a private picture, for instance."""
        named = [(getattr(found, "name", ""), found) for found in super().get_urls()]
        others = [found for name, found in named if name != "view_on_site"]
        return [path("r/<path:rest>", not_there), *others]

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor_is_given(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What is asked for by a key that can be nobody's is not there; Django's own pages hand
        such keys to the database, which refuses them."""
        inner = super().admin_view(rights_first(view), cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response: HttpResponseBase = inner(request, *args, **kwargs)
            except (OverflowError, ValidationError, DataError) as problem:
                raise Http404 from problem
            return response

        return guarded

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To what is still missing: logging in, the app's code, or the app itself."""
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
    """Whoever has no right at all to such rows is refused before one is looked up: Django's history
    tells which there are."""
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
    """For everybody. Raises Http404."""
    raise Http404


def second_factor_is_given(request: HttpRequest) -> bool:
    """With an app, by a code at logging in or when asked for it; that it was set up is not enough,
    for that took no more than the password."""
    if app_of(request.user) is not None:
        return any(proof["method"] == GIVEN for proof in proofs(request, request.user))
    return not settings.STAFF_TWO_FACTOR
