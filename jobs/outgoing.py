"""Sends to addresses that people name, without letting anybody look into the site's own network.

All addresses of the host must be open to everyone. The connection goes to one of those that were
looked at, so that the name cannot mean another by then, while TLS checks the name. Redirects are
not followed, and nothing of the answer is kept but its status. WEBHOOK_HOSTS are trusted.
"""

import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Event, Thread, Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from jobs.errors import CallbackRefused, WebhookUndelivered

logger = logging.getLogger(__name__)

LOOKUP_SECONDS, CONNECT_SECONDS, ANSWER_SECONDS = 5, 3, 10
# Of a host that has many.
ADDRESSES_TRIED = 2
PORTS = {"http": 80, "https": 443}
# Below it lie the ports of other services, such as mail.
FIRST_FREE_PORT = 1024
# Public by their numbers, but they lead elsewhere: services of machines at Azure and Oracle, the
# relays of 6to4, and addresses of 6to4, which carry any other address.
ELSEWHERE = [
    ip_network(each) for each in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2002::/16")
]
# All other IPv6 addresses are local, carry one of IPv4, or are nobody's.
UNICAST = ip_network("2000::/3")


@dataclass(frozen=True)
class Target:
    """`path`: with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_trusted(self) -> bool:
        return self.host in settings.WEBHOOK_HOSTS


def check(url: str) -> None:
    """Raises CallbackRefused if nothing can be sent there."""
    target = target_of(url)
    try:
        addresses_of(target)
    except OSError as problem:
        raise CallbackRefused(reason="its host was not found") from problem


def target_of(url: str) -> Target:
    """Raises CallbackRefused."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise CallbackRefused(reason="it may only contain ASCII characters, and no spaces")
    try:
        parts = urlsplit(url)
        target = split(parts)
    except ValueError as problem:
        raise CallbackRefused(reason="it is not the address of a page") from problem
    if reason := problem_of(parts, target):
        raise CallbackRefused(reason=reason)
    return target


def split(parts: SplitResult) -> Target:
    """Raises ValueError."""
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    port = PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
    return Target(parts.scheme, parts.hostname or "", port, path + query)


def problem_of(parts: SplitResult, target: Target) -> str:
    """Empty if there is none."""
    if target.scheme not in PORTS or not target.host:
        return "it must begin with https:// and a host name"
    if "@" in parts.netloc:
        return "it contains a username or password"
    if target.is_trusted:
        return ""
    if target.scheme != "https":
        return "it must begin with https://"
    if target.port != PORTS["https"] and target.port < FIRST_FREE_PORT:
        return f"its port must be {PORTS['https']}, or at least {FIRST_FREE_PORT}"
    return ""


def addresses_of(target: Target) -> list[str]:
    """The host's addresses now. Raises OSError, or CallbackRefused if one is not public."""
    addresses = resolve(target.host, target.port)
    if not target.is_trusted and not all(map(is_public, addresses)):
        raise CallbackRefused(reason="its host is not one that everyone on the internet can reach")
    return addresses


def resolve(host: str, port: int) -> list[str]:
    """Raises OSError. In a thread, because a lookup cannot be told how long it may take."""
    found: Future[list[str]] = Future()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([str(row[4][0]) for row in rows])
        except (OSError, ValueError) as problem:
            # ValueError: no name can look like this.
            found.set_exception(OSError(str(problem)))

    Thread(target=look, daemon=True).start()
    return found.result(LOOKUP_SECONDS)


def is_public(text: str) -> bool:
    """Whether an IP address is open to everyone on the internet."""
    address = ip_address(text)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return not any(address in network for network in ELSEWHERE)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer. Raises CallbackRefused, or WebhookUndelivered without an answer."""
    target = target_of(url)
    try:
        connection = Connection(target, addresses_of(target))
        with closing(connection):
            connection.connect()
            with deadline(connection):
                status = connection.exchange(body, headers)
            return status
    except (OSError, HTTPException, ValueError) as problem:
        # Without its words, which may quote the answer.
        logger.warning("a webhook was not delivered: %s", type(problem).__name__)
        raise WebhookUndelivered(reason="there was no answer") from problem


class Connection(HTTPConnection):
    """To the first of these addresses that can be reached."""

    def __init__(self, target: Target, addresses: Sequence[str]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.addresses = target, addresses
        # The Host header leaves it out.
        self.default_port = PORTS[target.scheme]

    def connect(self) -> None:
        """Raises OSError. TLS begins with the `exchange`."""
        self.sock = self.reach()
        self.sock.settimeout(ANSWER_SECONDS)
        if self.target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.target.host, do_handshake_on_connect=False
            )

    def reach(self) -> socket.socket:
        problem: OSError = OSError("no address")
        for address in self.addresses[:ADDRESSES_TRIED]:
            try:
                return socket.create_connection((address, self.target.port), CONNECT_SECONDS)
            except OSError as reason:
                problem = reason
        raise problem

    def exchange(self, body: bytes, headers: dict[str, str]) -> int:
        """Raises OSError or HTTPException."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()
        told = {"User-Agent": "Image-Colorizer", "Connection": "close"}
        self.request("POST", self.target.path, body, headers | told)
        with closing(self.getresponse()) as response:
            return response.status


@contextmanager
def deadline(connection: Connection) -> Iterator[None]:
    """Ends the connection if all of it takes longer than ANSWER_SECONDS: a socket's own timeout
    begins again with each byte. Raises TimeoutError then."""
    sock, is_over = connection.sock, Event()

    def hang_up() -> None:
        is_over.set()
        # Without touching TLS, which the other thread is in.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = Timer(ANSWER_SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    # What had arrived by then may look like an answer.
    if is_over.is_set():
        raise TimeoutError
