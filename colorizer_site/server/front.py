"""The front of each process: one loop reads requests whole and sends answers off, for any number of
clients, so that a thread works only on what is complete. On waitress, which does the HTTP.

Whoever is slow takes a connection, some of a bounded memory, and no thread. Nothing that passes
through here touches the disk.
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

# What one process holds for its clients, in bytes of bodies and answers, and in connections. Beyond
# either, the client that keeps it waiting longest goes.
HELD_BYTES = 100_000_000
CONNECTIONS = 500
# An answer that is longer than this is made as fast as it is read.
AHEAD_BYTES = 1_000_000
# In the kernel, for each connection. Left to itself it grows to megabytes, and what is sent would
# say little about what has been read.
SEND_BUFFER = 1 << 18

AccessLog = Callable[[Task, timedelta], None]


class Front(BaseWSGIServer):  # type: ignore[misc]
    """One listening socket, and who came in by it."""

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
        """`most`: bytes of a body; `sockets`: those of the loop that this joins."""
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
        """Asked at each turn of the loop, and lets one client in at most."""
        self.make_room()
        return bool(super().readable())

    def maintenance(self, now: float) -> None:
        for channel in self.channels:
            channel.keep_pace(time.monotonic())

    def make_room(self) -> None:
        """Have a place for one more, and hold no more than HELD_BYTES."""
        if len(self.active_channels) >= CONNECTIONS and (longest := longest_of(self.channels)):
            longest.handle_close()
        held = {channel: size for channel in self.channels if (size := channel.held)}
        while sum(held.values()) > HELD_BYTES and (longest := longest_of(held)):
            longest.let_go(Crowded("Too many others send at the same time. Try again soon."))
            del held[longest]

    def is_busy(self) -> bool:
        """Whether anybody has sent something and not been answered yet."""
        return any(
            each.requests or each.total_outbufs_len or getattr(each.request, "body_rcv", None)
            for each in self.channels
        )

    def stop_listening(self) -> None:
        self.accepting = False
        self.del_channel()


def longest_of(channels: Iterable[Channel]) -> Channel | None:
    """Who has kept us waiting longest."""
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
    """`most`: bytes of a body."""
    made = Adjustments(
        max_request_body_size=most + 1,
        max_request_header_size=1 << 16,
        # In memory, whatever its size: HELD_BYTES bounds it.
        inbuf_overflow=HELD_BYTES * 2,
        outbuf_overflow=HELD_BYTES * 2,
        outbuf_high_watermark=AHEAD_BYTES,
        connection_limit=CONNECTIONS * 2,
        cleanup_interval=1,
        # NUM_PROXIES says whom to believe.
        clear_untrusted_proxy_headers=False,
        ident="",
        log_socket_errors=False,
    )
    made.socket_options = [*made.socket_options, (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)]
    return made


def without_body_for_head(application: WSGIApplication) -> WSGIApplication:
    """waitress leaves that to the application, and Django to the server."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return answer
