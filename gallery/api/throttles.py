"""Rate limits of the API: by person, by address, and for guessing tokens."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from django.views import View
from rest_framework.request import Request

from colorize.web.ratelimit import Throttle


class PersonThrottle(Throttle):
    scope = "person"

    def get_cache_key(self, request: Request, view: View | None) -> str | None:
        return self.name(request.user.pk) if request.user else None


class AddressThrottle(Throttle):
    """Counts requests without a token, by address."""

    scope = "address"

    def get_cache_key(self, request: Request, view: View | None) -> str | None:
        return None if request.user else self.name(self.get_ident(request))


class GuessThrottle(Throttle):
    """Counts unknown tokens, by address."""

    scope = "tokens"

    def get_cache_key(self, request: Request, view: View | None) -> str:
        return self.name(self.get_ident(request))

    def look_at(self, request: Request) -> None:
        """Read the count for this request without adding to it."""
        self.key = self.get_cache_key(request, None)
        self.look()


def limit_headers(throttles: Iterable[Any]) -> dict[str, str]:
    """Headers about the limit that is closest to running out: its size, what is left, and the
    seconds until one more request is available."""
    # A throttle without `now` has not counted, because the database failed.
    counting = [throttle for throttle in throttles if getattr(throttle, "now", None)]
    if not counting:
        return {}
    tightest = min(counting, key=left)
    oldest = tightest.history[-1] if tightest.history else tightest.now
    return {
        "RateLimit-Limit": str(tightest.num_requests),
        "RateLimit-Remaining": str(left(tightest)),
        "RateLimit-Reset": str(max(0, ceil(oldest + tightest.duration - tightest.now))),
    }


def left(throttle: Any) -> int:
    limit: int = throttle.num_requests
    return max(0, limit - len(throttle.history))
