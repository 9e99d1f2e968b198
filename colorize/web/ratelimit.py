"""Rate limits, shared by pages, endpoint and API."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from colorize.models import Tally
from colorize.web.errors import RateLimited
from colorize.web.storage import OptionalWrite

# The IPv6 prefix of one household or server, which can use all addresses in it.
IPV6_PREFIX = 64


class Throttle(SimpleRateThrottle):
    """Counts exactly, for all processes together: in the database, with the row locked. NUM_PROXIES
    decides which address counts behind a proxy."""

    num_requests: int
    duration: int
    key: str | None = None
    now: float
    # The times of the counted requests, newest first.
    history: list[float] = []

    def allow_request(self, request: Request | HttpRequest, view: View | None = None) -> bool:
        """Whether the request is allowed. If the database cannot be written, by earlier counts."""
        self.key = self.get_cache_key(request, view)  # type: ignore[arg-type]
        if self.key is None:
            return True
        with OptionalWrite():
            return self.count()
        self.look()
        return len(self.history) < self.num_requests

    def count(self) -> bool:
        """Count one more if it fits; returns whether it did."""
        with self.held() as row:
            fits = len(self.history) < self.num_requests
            if fits:
                self.history.insert(0, self.now)
                self.write(row)
        return fits

    def take_back(self) -> None:
        """Remove the last one counted."""
        counted = self.now
        with self.held() as row:
            if counted in self.history:
                self.history.remove(counted)
                self.write(row)

    def look(self) -> None:
        """Read the count without adding to it."""
        row = Tally.objects.filter(pk=self.row_key).first()
        self.read(row.stamps if row else [])

    @contextmanager
    def held(self) -> Iterator[Tally]:
        """The counter's row, locked."""
        with transaction.atomic():
            rows = Tally.objects.select_for_update()
            row, _ = rows.get_or_create({"expires_at": timezone.now()}, pk=self.row_key)
            self.read(row.stamps)
            yield row

    def read(self, stamps: list[float]) -> None:
        self.now = self.timer()
        self.history = [stamp for stamp in stamps if stamp > self.now - self.duration]

    def write(self, row: Tally) -> None:
        row.stamps = self.history
        row.expires_at = datetime.fromtimestamp(self.now + self.duration, UTC)
        row.save()

    @property
    def row_key(self) -> str:
        """A key of fixed length that hides the visitor's address."""
        key = str(self.key).encode(errors="replace")
        return salted_hmac("colorize.web.ratelimit", key, algorithm="sha256").hexdigest()

    def name(self, ident: object) -> str:
        """The counter's name; each class has its own counters."""
        return self.cache_format % {"scope": f"{self.scope}_{type(self).__name__}", "ident": ident}

    def get_ident(self, request: Request | HttpRequest) -> str:
        """The address by which visitors are counted."""
        return counted_as(super().get_ident(request))  # type: ignore[arg-type]


class PhotoThrottle(Throttle):
    """By person if logged in, else by address."""

    scope = "photos"

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str:
        person = getattr(request.user, "pk", None)
        return self.name(f"person-{person}" if person else self.get_ident(request))


def limit_photos(request: HttpRequest) -> None:
    """Raises RateLimited."""
    limit(request, PhotoThrottle())


def limit(
    request: HttpRequest,
    throttle: Throttle,
    what: str = "photos",
    kind: type[RateLimited] = RateLimited,
) -> None:
    """Count a request, for views outside REST framework. `what` is counted, in the words of the
    error. Raises `kind`."""
    if not throttle.allow_request(request):
        raise rate_limited(throttle.wait(), what, kind)


def rate_limited(
    wait: float | None, what: str = "photos", kind: type[RateLimited] = RateLimited
) -> RateLimited:
    """`wait`: in seconds, from a throttle."""
    seconds = max(1, ceil(wait or 60))
    return kind(retry_after=seconds, seconds=seconds, what=what)


def address_of(request: HttpRequest) -> str:
    """The visitor's own address."""
    return plain_address(str(BaseThrottle().get_ident(request)))  # type: ignore[arg-type]


def counted_as(address: str) -> str:
    """IPv4 as it is, IPv6 as its network; anything else (from a proxy, for example) unchanged."""
    plain = plain_address(address)
    try:
        network = ip_network(f"{plain}/{IPV6_PREFIX}", strict=False) if ":" in plain else None
    except ValueError:
        return plain
    return str(network) if network else plain


def plain_address(address: str) -> str:
    """The address without a port, and IPv4-mapped IPv6 as IPv4. Anything else unchanged."""
    try:
        parsed = ip_address(without_port(address))
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed)))


def without_port(address: str) -> str:
    """Removes a port, as some proxies add it: 192.0.2.7:4711 or [2001:db8::7]:4711."""
    bare = address.strip()
    if bare.startswith("[") or bare.count(":") == 1:
        bare = split_domain_port(bare)[0] or bare
    return bare.strip("[]")
