"""What holds for every page about an account."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]


def keep_no_copy(answer: Answer) -> Answer:
    """No browser keeps recovery codes, keys or addresses for whoever presses “back” later."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.path.startswith(reverse("account_login").removesuffix("login/")):
            add_never_cache_headers(response)
        return response

    return middleware
