"""Decorators for personal pages and their forms."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.models import User
from colorize.web.methods import allow_methods

Parameters = ParamSpec("Parameters")
Page = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def personal(*methods: str) -> Callable[[Page[Parameters]], Any]:
    """Decorator for personal pages: needs a login and is never cached, so that the back button
    shows nothing after logging out."""

    def decorate(view: Page[Parameters]) -> Any:
        def never_cached(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return allow_methods(*methods or ("GET", "HEAD"))(login_required(never_cached))

    return decorate


def action(page: str, *keys: str) -> Callable[[Page[Parameters]], Any]:
    """Decorator for the POST target of a form on a personal page. GET (by reloading, or after
    logging in) redirects to `page`; `keys` are the URL arguments that both have.

    Visitors are redirected before anything is looked up, so that they cannot find out what exists.
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

        return allow_methods("GET", "HEAD", "POST")(act)

    return decorate


def person_of(request: HttpRequest) -> User:
    """The logged-in user of a page that needs a login."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def user_of(request: HttpRequest) -> User | None:
    """Who is logged in; None for visitors."""
    return request.user if isinstance(request.user, User) else None
