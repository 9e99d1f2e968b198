"""How much one visitor may send in a while, and how many photos of it; the same count for page,
endpoint and API."""

from math import ceil

from django.db import transaction
from django.http import HttpRequest
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from colorize.errors import RateLimited


class Throttle(SimpleRateThrottle):
    """Counts in the shared cache, over all processes together, and one request at a time: two at
    once would write the same number. Whether an address is believed to be behind a proxy is for
    NUM_PROXIES to say."""

    num_requests: int
    duration: int
    key: str | None = None
    history: list[float] = []

    def allow_request(self, request: Request | HttpRequest, view: View | None = None) -> bool:
        if self.get_cache_key(request, view) is None:  # type: ignore[arg-type]
            return True
        with transaction.atomic():
            return super().allow_request(request, view)  # type: ignore[arg-type]

    def name(self, ident: object) -> str:
        """Of the counter; each class has counters of its own."""
        return self.cache_format % {"scope": f"{self.scope}_{type(self).__name__}", "ident": ident}


class PhotoThrottle(Throttle):
    """By person where one is logged in, else by address."""

    scope = "photos"

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str:
        person = getattr(request.user, "pk", None)
        return self.name(f"person-{person}" if person else self.get_ident(request))  # type: ignore[arg-type]


def limit_photos(request: HttpRequest) -> None:
    """For views outside REST framework. Raises RateLimited."""
    throttle = PhotoThrottle()
    if not throttle.allow_request(request):
        raise rate_limited(throttle.wait())


def rate_limited(wait: float | None, what: str = "photos") -> RateLimited:
    seconds = max(1, ceil(wait or 60))
    return RateLimited(retry_after=seconds, seconds=seconds, what=what)
