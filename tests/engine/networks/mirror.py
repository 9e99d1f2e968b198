"""A web server with published files, of which each can be broken in its own way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mirror:
    """`files`: path -> bytes. `breaks_after`: path -> bytes after which it hangs up, once.

    `ranges`: whether it can go on from the middle. `asked`: path and Range of each request.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    breaks_after: dict[str, int] = field(default_factory=dict)
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


@contextmanager
def running() -> Iterator[Mirror]:
    mirror = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, mirror)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(request: BaseHTTPRequestHandler, mirror: Mirror) -> None:
    name, wanted = request.path[1:], request.headers["Range"]
    mirror.asked.append((name, wanted))
    if name not in mirror.files:
        request.send_error(404)
        return
    data = mirror.files[name]
    begin = int(wanted[len("bytes=") : -1]) if wanted and mirror.ranges else 0
    if wanted and mirror.ranges and begin >= len(data):
        request.send_error(416)
        return
    send(request, data, begin, mirror.breaks_after.pop(name, None), bool(wanted) and mirror.ranges)


def send(
    request: BaseHTTPRequestHandler, data: bytes, begin: int, until: int | None, partial: bool
) -> None:
    request.send_response(206 if partial else 200)
    if partial:
        request.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
    request.send_header("Content-Length", str(len(data) - begin))
    request.end_headers()
    request.wfile.write(data[begin:until])
