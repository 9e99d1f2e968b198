"""Middleware for all account pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]


def keep_no_copy(answer: Answer) -> Answer:
    """Never cache account pages, so that the back button shows no codes, keys or addresses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.path.startswith(reverse("account_login").removesuffix("login/")):
            add_never_cache_headers(response)
        return response

    return middleware
