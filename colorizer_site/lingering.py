"""Lets a browser read why its upload was refused."""

import time
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 100_000_000
MAX_SECONDS = 10.0
CHUNK = 1 << 16


class LingeringClose:
    """Wraps a WSGI application: what it left unread is read and thrown away after the answer.

    A browser reads the answer when it has sent its upload. Closing the connection before that
    shows it a broken connection in place of "the file is too large". Bounded in bytes and time.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return Answer(self.application(environ, start_response), environ)


class Answer:
    """The application's answer; closing it drains the request first."""

    def __init__(self, answer: Iterable[bytes], environ: WSGIEnvironment) -> None:
        self.answer, self.environ = answer, environ

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def close(self) -> None:
        try:
            drain(self.environ)
        finally:
            if hasattr(self.answer, "close"):
                self.answer.close()


def drain(environ: WSGIEnvironment) -> None:
    """Read the rest of the request; a client that stalls or is gone ends it."""
    socket: Any = environ.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(MAX_SECONDS)
    end = time.monotonic() + MAX_SECONDS
    try:
        for _ in range(MAX_BYTES // CHUNK):
            if time.monotonic() > end or not environ["wsgi.input"].read(CHUNK):
                return
    except OSError:
        return
    finally:
        if socket is not None:
            socket.settimeout(None)
