"""How many photos one visitor may send in a while; the same count for page, endpoint and API."""

from math import ceil

from django.http import HttpRequest
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from colorize.errors import RateLimited


class PhotoThrottle(AnonRateThrottle):
    """Counts in the shared cache: by person where one is logged in, else by address; see
    NUM_PROXIES for who may name another address."""

    scope = "photos"

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str:
        person = getattr(request.user, "pk", None)
        ident = f"person-{person}" if person else self.get_ident(request)  # type: ignore[arg-type]
        return self.cache_format % {"scope": self.scope, "ident": ident}


def limit_photos(request: HttpRequest) -> None:
    """For views outside REST framework. Raises RateLimited."""
    throttle = PhotoThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise rate_limited(throttle.wait())


def rate_limited(wait: float | None, what: str = "photos") -> RateLimited:
    seconds = max(1, ceil(wait or 60))
    return RateLimited(retry_after=seconds, seconds=seconds, what=what)
