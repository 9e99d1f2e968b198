"""Pages of one's own, and what their forms do."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from accounts.models import User

Parameters = ParamSpec("Parameters")
Page = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def personal(*methods: str) -> Callable[[Page[Parameters]], Any]:
    """A page of one's own: for people who are logged in, and never from a cache, so that the back
    button after logging out shows nothing."""

    def decorate(view: Page[Parameters]) -> Any:
        def never_cached(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return require_http_methods(methods or ("GET", "HEAD"))(login_required(never_cached))

    return decorate


def action(page: str, *keys: str) -> Callable[[Page[Parameters]], Any]:
    """What a form on one's own `page` does, by POST. Whoever comes here otherwise, by reloading or
    after logging in, gets to that page; `keys` of the address are in its address too.

    Nothing is looked up for visitors, so that they learn nothing of what is there.
    """

    def decorate(view: Page[Parameters]) -> Any:
        def act(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            place = reverse(page, kwargs={key: kwargs[key] for key in keys})
            if request.method != "POST":
                return redirect(place)
            if not request.user.is_authenticated:
                return redirect_to_login(place)
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return require_http_methods(["GET", "HEAD", "POST"])(act)

    return decorate


def person_of(request: HttpRequest) -> User:
    """Of a page that only people who are logged in get to."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
