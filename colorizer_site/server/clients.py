"""The clients of a process, and the threads that work for them. See `front`."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any, BinaryIO

from waitress.buffers import OverflowableBuffer, ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

logger = logging.getLogger(__name__)

# A client that sends or reads less than this in that time (under 1 kB/s) is disconnected, be it the
# head or body of the request, or the response.
PACE_SECONDS = 30.0
PACE_BYTES = 30_000
# Responses with slow readers in each process; other threads take the place of theirs.
STAND_INS = 100
# How much of a refused request is read and ignored: a browser reads the response only after sending
# its whole upload.
LINGER_BYTES = 1_000_000_000
CHUNK = 1 << 16
# Of a body in chunks: what may be sent around its content, in bytes and as a share of it. It stays
# in memory, and tiny chunks take a second of the loop for each MB.
FRAMING_BYTES, FRAMING_SHARE = 100_000, 0.1


class TooSlow(Error):  # type: ignore[misc]
    code = 408
    reason = "Request Timeout"


class NoRoom(Error):  # type: ignore[misc]
    code = 507
    reason = "Insufficient Storage"


class Crowded(Error):  # type: ignore[misc]
    code = 503
    reason = "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", "10")], body


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as it arrives. If it is too large, it is passed on at once without its body: the
    application sees the length and refuses it with a clear error."""

    is_cut = False
    error: Error | None
    body_rcv: Any

    def received(self, data: bytes) -> int:
        try:
            taken: int = super().received(data)
        except OSError as problem:
            # No disk for the body's temporary file.
            logger.error("no room for an upload: %s", problem)
            self.fail(NoRoom("The server has no room for the photo. Try again later."))
            return len(data)
        except ValueError as problem:
            # A length of thousands of digits, or an address that is none.
            logger.info("a request that cannot be read: %s", problem)
            self.fail(BadRequest("The head of the request cannot be read."))
            return len(data)
        if self.has_much_framing():
            self.fail(BadRequest("The chunks of the request are too small."))
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = None
            self.is_cut = True
            self.headers["CONNECTION"] = "close"
            self.headers["CONTENT_LENGTH"] = str(self.content_length or self.body_bytes_received)
            self.drop_body()
        if self.is_cut or self.error:
            self.expect_continue = False
            # What follows is its body, not another request.
            return len(data)
        return taken

    def has_much_framing(self) -> bool:
        """Whether a body in chunks has too much around its content: their sizes, and what else may
        be said of each and at the end."""
        if not self.chunked or self.body_rcv is None:
            return False
        content = len(self.body_rcv)
        framing: int = self.body_bytes_received - content
        return framing > FRAMING_BYTES + FRAMING_SHARE * content

    def get_body_stream(self) -> BinaryIO:
        return BytesIO() if self.is_cut else super().get_body_stream()

    def fail(self, reason: Error) -> None:
        """Refuse it without the application."""
        self.drop_body()
        self.error, self.completed = reason, True

    def drop_body(self) -> None:
        self.close()
        self.body_rcv = None
        self.body_bytes_received = 0


class Task(WSGITask):  # type: ignore[misc]
    """A response that is being made."""

    def service(self) -> None:
        start = time.monotonic()
        try:
            super().service()
        finally:
            self.channel.server.log_access(self, timedelta(seconds=time.monotonic() - start))


class Threads(ThreadedTaskDispatcher):  # type: ignore[misc]
    """A thread pool for complete requests. Threads that wait for a reader do not count."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.most = count, count + STAND_INS
        self.counting = threading.Lock()
        self.set_thread_count(count)

    @contextmanager
    def stand_in(self) -> Iterator[None]:
        """While this thread waits, another one takes its place."""
        with self.counting:
            added = int(self.count < self.most)
            self.change_count(added)
        try:
            yield
        finally:
            with self.counting:
                self.change_count(-added)

    def change_count(self, by: int) -> None:
        self.count += by
        self.set_thread_count(self.count)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection, with how long its client has made us wait."""

    parser_class = Request
    task_class = Task

    # Part of the last request was left unread.
    request: Request | None
    close_when_flushed: bool
    has_unread = False
    is_lingering = False
    moved = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_waiting()

    def start_waiting(self) -> None:
        self.waiting_since = self.paced_since = time.monotonic()
        self.moved_before = self.moved

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the client rather than the application."""
        return not self.requests or self.total_outbufs_len > 0

    @property
    def held(self) -> int:
        """Bytes in memory for this client."""
        return sum(len(buffer) for buffer in self.buffers() if not buffer.overflowed)

    @property
    def spooled(self) -> int:
        """Bytes in temporary files for this client."""
        return sum(len(buffer) for buffer in self.buffers() if buffer.overflowed)

    def buffers(self) -> list[OverflowableBuffer]:
        """Of bodies and responses, but not of files that responses are read from."""
        requests = [*self.requests, *([self.request] if self.request else [])]
        bodies = [each.body_rcv.getbuf() for each in requests if each.body_rcv]
        answers = [out for out in self.outbufs if not isinstance(out, ReadOnlyFileBasedBuffer)]
        return [*bodies, *answers]

    def keep_pace(self, now: float) -> None:
        """Disconnect a client that has been too slow for too long."""
        if not self.is_waiting:
            self.start_waiting()
        elif now - self.paced_since >= PACE_SECONDS:
            if self.moved - self.moved_before < PACE_BYTES:
                self.let_go(TooSlow("The request came in too slowly."))
            self.paced_since, self.moved_before = now, self.moved

    def let_go(self, reason: Error) -> None:
        """Disconnect a client, with a response if it was sending a request."""
        if self.request is None or self.requests:
            self.handle_close()
            return
        request, self.request = self.request, None
        request.fail(reason)
        self.requests.append(request)
        self.server.add_task(self)

    def handle_close(self) -> None:
        """Also drop what has arrived of an unfinished request; a thread may be reading others."""
        if self.request:
            self.request.drop_body()
        super().handle_close()

    def recv(self, buffer_size: int) -> bytes:
        data: bytes = super().recv(buffer_size)
        self.moved += len(data)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close)
        self.moved += sent
        return sent

    def service(self) -> None:
        self.has_unread = bool(self.requests[0].is_cut or self.requests[0].error)
        super().service()
        self.start_waiting()

    def _flush_outbufs_below_high_watermark(self) -> None:
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with self.server.task_dispatcher.stand_in():
                super()._flush_outbufs_below_high_watermark()

    def readable(self) -> bool:
        return self.connected and (self.is_lingering or bool(super().readable()))

    def writable(self) -> bool:
        return self.connected and bool(super().writable())

    def handle_read(self) -> None:
        try:
            data = self.recv(CHUNK)
        except OSError:
            self.handle_close()
            return
        if not self.is_lingering:
            self.received(data)
        elif self.moved > self.lingers_until:
            self.handle_close()

    def handle_write(self) -> None:
        lingers = self.close_when_flushed and self.has_unread
        if not lingers:
            super().handle_write()
            return
        self.close_when_flushed = False
        super().handle_write()
        if self.total_outbufs_len:
            self.close_when_flushed = True
        elif self.connected:
            self.linger()

    def linger(self) -> None:
        self.is_lingering, self.lingers_until = True, self.moved + LINGER_BYTES
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()
