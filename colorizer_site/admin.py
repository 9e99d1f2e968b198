"""The admin behind the same door as everything else."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

APP_NEEDED = "The admin asks staff for two-factor log-in. Set it up first."


class Site(admin.AdminSite):
    site_title = site_header = "Image Colorizer"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor_is_given(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What is asked for by a key that can be nobody's is not there; Django's own pages hand
        such keys to the database, which refuses them."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response: HttpResponseBase = inner(request, *args, **kwargs)
            except (OverflowError, ValidationError) as problem:
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
        if is_mfa_enabled(request.user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': wanted})}")
        messages.warning(request, APP_NEEDED)
        return redirect("mfa_index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def second_factor_is_given(request: HttpRequest) -> bool:
    """Asked of this very session, so that one begun by password alone, before the app was set up or
    by another way in, does not do."""
    if is_mfa_enabled(request.user):
        records = get_authentication_records(request, request.user)
        return any(record["method"] == "mfa" for record in records)
    return not settings.STAFF_TWO_FACTOR
