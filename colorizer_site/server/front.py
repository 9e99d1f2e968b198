"""The front of each process: one loop reads whole requests and sends responses for any number of
clients, so that threads only work on complete requests. Built on waitress, which does the HTTP.

A slow client takes a connection and some of a limited memory and disk, but no thread. What is long
waits in temporary files without a name, which are gone with the connection, or the process.
"""

import socket
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress.adjustments import Adjustments
from waitress.server import BaseWSGIServer, TcpWSGIServer, UnixWSGIServer

from colorizer_site.server.clients import Channel, Crowded, Task, Threads

# The most that one process holds for its clients: bytes of bodies and responses in memory and in
# temporary files, and connections. Beyond any, the client that has made it wait longest is
# disconnected.
HELD_BYTES = 100_000_000
SPOOLED_BYTES = 2_000_000_000
CONNECTIONS = 500
# A body or response that is longer goes to a temporary file.
LONG_BYTES = 1_000_000
# A longer response is made only as fast as it is read.
AHEAD_BYTES = 1_000_000
# The kernel's buffer for each connection. By default it grows to megabytes, and what is sent would
# say little about what has been read.
SEND_BUFFER = 1 << 18

AccessLog = Callable[[Task, timedelta], None]


class Front(BaseWSGIServer):  # type: ignore[misc]
    """A listening socket and its clients."""

    channel_class = Channel
    active_channels: dict[int, Channel]

    def __init__(
        self,
        application: WSGIApplication,
        listener: socket.socket,
        threads: Threads,
        most: int,
        sockets: dict[int, Any],
        log_access: AccessLog = lambda task, took: None,
    ) -> None:
        """`most`: the largest body in bytes. `sockets`: those of the loop that this joins."""
        self.log_access = log_access
        super().__init__(
            without_body_for_head(application),
            sockets,
            _sock=listener,
            dispatcher=threads,
            adj=adjustments(most),
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    @property
    def channels(self) -> list[Channel]:
        return list(self.active_channels.values())

    def readable(self) -> bool:
        """Called at each turn of the loop; accepts at most one client."""
        self.make_room()
        return bool(super().readable())

    def maintenance(self, now: float) -> None:
        for channel in self.channels:
            channel.keep_pace(time.monotonic())

    def make_room(self) -> None:
        """Make room for one more connection, and stay below HELD_BYTES and SPOOLED_BYTES."""
        if len(self.active_channels) >= CONNECTIONS and (longest := longest_of(self.channels)):
            longest.handle_close()
        self.let_go_beyond(HELD_BYTES, {each: each.held for each in self.channels})
        self.let_go_beyond(SPOOLED_BYTES, {each: each.spooled for each in self.channels})

    def let_go_beyond(self, most: int, sizes: dict[Channel, int]) -> None:
        taking = {channel: size for channel, size in sizes.items() if size}
        while sum(taking.values()) > most and (longest := longest_of(taking)):
            longest.let_go(
                Crowded("Too many people are sending photos at the moment. Try again soon.")
            )
            del taking[longest]

    def is_busy(self) -> bool:
        """Whether any client has sent something and has no response yet."""
        return any(
            each.requests or each.total_outbufs_len or getattr(each.request, "body_rcv", None)
            for each in self.channels
        )

    def stop_listening(self) -> None:
        self.accepting = False
        self.del_channel()


def longest_of(channels: Iterable[Channel]) -> Channel | None:
    """The client that has made us wait longest."""
    waiting = (channel for channel in channels if channel.is_waiting)
    return min(waiting, key=lambda channel: channel.waiting_since, default=None)


class TcpFront(Front, TcpWSGIServer):  # type: ignore[misc]
    pass


class UnixFront(Front, UnixWSGIServer):  # type: ignore[misc]
    pass


def open_front(
    application: WSGIApplication, listener: socket.socket, *args: Any, **kwargs: Any
) -> Front:
    kind = UnixFront if listener.family == socket.AF_UNIX else TcpFront
    return kind(application, listener, *args, **kwargs)


def adjustments(most: int) -> Adjustments:
    """waitress's settings. `most`: the largest body in bytes."""
    made = Adjustments(
        max_request_body_size=most + 1,
        max_request_header_size=1 << 16,
        inbuf_overflow=LONG_BYTES,
        outbuf_overflow=LONG_BYTES,
        outbuf_high_watermark=AHEAD_BYTES,
        connection_limit=CONNECTIONS * 2,
        cleanup_interval=1,
        # NUM_PROXIES decides about proxies.
        clear_untrusted_proxy_headers=False,
        ident="",
        log_socket_errors=False,
    )
    made.socket_options = [*made.socket_options, (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)]
    return made


def without_body_for_head(application: WSGIApplication) -> WSGIApplication:
    """Drop the body of responses to HEAD: waitress leaves that to Django, and Django to the
    server."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return answer
