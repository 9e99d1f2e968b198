"""The front of each process: who is slow holds no thread, and not for ever; nothing is mixed up."""

import errno
import io
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from waitress import wasyncore

from colorizer_site.server import clients, front
from colorizer_site.server.clients import Threads
from colorizer_site.server.front import Front, open_front

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

MOST = 100_000
LONG = 3_000_000
CROWD = 20


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Tells what it was asked; /stream is made piece by piece, /file is read from a file, /whole
    comes at once."""
    path = environ["PATH_INFO"]
    if path == "/stream":
        start_response("200 OK", [("Content-Length", str(LONG))])
        return (bytes(10_000) for _ in range(LONG // 10_000))
    if path == "/file":
        start_response("200 OK", [("Content-Length", str(LONG))])
        return environ["wsgi.file_wrapper"](io.BytesIO(bytes(LONG)))  # type: ignore[no-any-return]
    if path == "/whole":
        start_response("200 OK", [("Content-Length", str(LONG))])
        return [bytes(LONG)]
    body = environ["wsgi.input"].read()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    answer = json.dumps({"path": path, "length": length, "read": len(body)}).encode()
    status = "413 Content Too Large" if length > MOST else "200 OK"
    start_response(status, [("Content-Length", str(len(answer)))])
    return [answer]


class Site:
    """A front with two threads; `at_once` runs something in its loop, between two turns."""

    def __init__(self, listener: socket.socket) -> None:
        self.family, self.address = listener.family, listener.getsockname()
        self.poll: dict[int, Any] = {}
        self.threads = Threads(2)
        self.front = open_front(application, listener, self.threads, MOST, self.poll)
        self.asked: list[tuple[Callable[[], Any], threading.Event]] = []
        self.is_over = False
        self.loop = threading.Thread(target=self.run)
        self.loop.start()

    def run(self) -> None:
        while not self.is_over:
            wasyncore.loop(timeout=0.05, use_poll=True, map=self.poll, count=1)
            while self.asked:
                task, done = self.asked.pop()
                task()
                done.set()

    def at_once(self, task: Callable[[], Any]) -> None:
        done = threading.Event()
        self.asked.append((task, done))
        assert done.wait(10)

    def wait_for(self, test: Callable[[Front], bool]) -> None:
        """By the clock: a busy loop takes many turns while its threads wait for a processor."""
        end = time.monotonic() + 25
        while time.monotonic() < end:
            seen: list[bool] = []
            self.at_once(lambda: seen.append(test(self.front)))  # noqa: B023
            if seen == [True]:
                return
            time.sleep(0.005)
        raise AssertionError([vars(channel) for channel in self.front.channels])

    def later(self, seconds: float) -> None:
        """As if so much time had gone by."""

        def age() -> None:
            for channel in self.front.channels:
                channel.waiting_since -= seconds
                channel.paced_since -= seconds
            self.front.maintenance(0)

        self.at_once(age)

    def close(self) -> None:
        self.is_over = True
        self.loop.join()
        self.threads.shutdown(timeout=1)
        wasyncore.close_all(self.poll)


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site(socket.create_server(("127.0.0.1", 0)))
    yield running
    running.close()


@contextmanager
def client(site: Site, *parts: bytes) -> Iterator[socket.socket]:
    with socket.socket(site.family) as sock:
        # So that an answer does not fit into the kernel's buffers.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(10)
        sock.connect(site.address)
        for part in parts:
            sock.sendall(part)
        yield sock


@contextmanager
def crowd(site: Site, *parts: bytes, count: int = CROWD) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(client(site, *parts)) for _ in range(count)]


def get(path: str, method: str = "GET", headers: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def post(length: int, body: bytes = b"") -> bytes:
    return get("/posted", "POST", f"Content-Length: {length}\r\n") + body


def answer(sock: socket.socket) -> tuple[int, dict[str, Any]]:
    """Of a request that the application tells of."""
    # Unbuffered, so that the next answer is left to the next call.
    file = sock.makefile("rb", buffering=0)
    status = int(file.readline().split()[1])
    length = 0
    while (line := file.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
    return status, json.loads(sock.recv(length, socket.MSG_WAITALL))


def rest(sock: socket.socket) -> bytes:
    """Up to the end of the connection."""
    received = b""
    while more := sock.recv(1 << 16):
        received += more
    return received


# What a slow client sends, and what it is told when it is let go.
SLOW = {
    "silent": (b"", b""),
    "in the head": (get("/slow")[:20], b"HTTP/1.0 408 "),
    "in the body": (post(50_000, b"x" * 100), b"HTTP/1.1 408 "),
    "reads no file": (get("/file"), b"HTTP/1.1 200 "),
    "reads no stream": (get("/stream"), b"HTTP/1.1 200 "),
}


@pytest.mark.parametrize("sent, told", SLOW.values(), ids=SLOW.keys())
def test_twenty_slow_clients_leave_two_threads_free(site: Site, sent: bytes, told: bytes) -> None:
    with crowd(site, sent):
        site.wait_for(lambda front: len(front.active_channels) == CROWD)
        with client(site, get("/page")) as sock:
            assert answer(sock) == (200, {"path": "/page", "length": 0, "read": 0})


@pytest.mark.parametrize("sent, told", SLOW.values(), ids=SLOW.keys())
def test_the_slow_are_let_go_in_the_end(site: Site, sent: bytes, told: bytes) -> None:
    with client(site, sent) as sock:
        site.wait_for(lambda front: len(front.active_channels) == 1)
        site.later(clients.PACE_SECONDS / 2)
        assert len(site.front.active_channels) == 1
        site.later(clients.PACE_SECONDS)
        site.later(clients.PACE_SECONDS)
        received = rest(sock)
        assert received.startswith(told) and len(received) < LONG
    site.wait_for(lambda front: not front.active_channels)


def test_who_is_as_fast_as_a_slow_line_is_not_let_go(site: Site) -> None:
    with client(site, post(90_000)) as sock:
        for _ in range(2):
            sock.sendall(b"x" * 45_000)
            site.wait_for(lambda front: front.channels[0].moved % 45_000 < 1000)
            site.later(clients.PACE_SECONDS)
        assert answer(sock)[1]["read"] == 90_000


def test_readers_that_read_get_all_of_it(site: Site) -> None:
    for path in ("/file", "/stream"):
        with client(site, get(path, headers="Connection: close\r\n")) as sock:
            assert len(rest(sock).partition(b"\r\n\r\n")[2]) == LONG
    site.wait_for(lambda front: site.threads.count == 2)


def test_stand_ins_go_when_their_readers_have_gone(site: Site) -> None:
    with crowd(site, get("/stream"), count=5):
        site.wait_for(lambda front: site.threads.count == 7)
    site.wait_for(lambda front: site.threads.count == 2)


def test_one_connection_serves_one_request_after_the_other(site: Site) -> None:
    """Bodies in a piece, byte by byte, in chunks; the next request in the same packet; HEAD."""
    with client(site) as sock:
        sock.sendall(post(3, b"abc") + get("/next"))
        assert answer(sock)[1] == {"path": "/posted", "length": 3, "read": 3}
        assert answer(sock)[1]["path"] == "/next"
        for byte in post(2, b"xy"):
            sock.sendall(bytes([byte]))
        assert answer(sock)[1]["read"] == 2
        chunked = get("/chunks", "POST", "Transfer-Encoding: chunked\r\n")
        sock.sendall(chunked + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        assert answer(sock)[1] == {"path": "/chunks", "length": 5, "read": 5}
        sock.sendall(get("/file", "HEAD") + get("/last", headers="Connection: close\r\n"))
        head, _, last = rest(sock).partition(b"\r\n\r\n")
        assert f"Content-Length: {LONG}".encode() in head
        assert last.startswith(b"HTTP/1.1 200 OK") and last.endswith(b'"read": 0}')


def test_too_large_is_the_applications_to_refuse_and_what_follows_is_no_request(
    site: Site,
) -> None:
    """At once, whatever has arrived; the rest is read and thrown away, then the line is closed."""
    smuggled = get("/smuggled")
    hesitant = get("/posted", "POST", "Content-Length: 200000\r\nExpect: 100-continue\r\n")
    for head in (post(MOST + 1), post(10**12), hesitant):
        with client(site, head + smuggled) as sock:
            status, told = answer(sock)
            assert (status, told["read"]) == (413, 0) and told["path"] != "/smuggled"
            sock.sendall(smuggled * 1000)
            sock.shutdown(socket.SHUT_WR)
            assert rest(sock) == b""
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    with client(site, get("/c", "POST", "Transfer-Encoding: chunked\r\n"), chunk, chunk) as sock:
        status, told = answer(sock)
        assert (status, told["read"]) == (413, 0) and told["length"] > MOST


def test_continue_is_said_where_it_is_asked_for(site: Site) -> None:
    with client(site, get("/", "POST", "Content-Length: 3\r\nExpect: 100-continue\r\n")) as sock:
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"abc")
        assert answer(sock)[1]["read"] == 3


@pytest.mark.parametrize(
    "wrong", [b"\x16\x03\x01 TLS\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"x" * 70_000, b"\r\n" * 9]
)
def test_what_is_no_request_is_refused_and_harms_nobody(site: Site, wrong: bytes) -> None:
    with client(site, wrong) as sock:
        sock.shutdown(socket.SHUT_WR)
        assert rest(sock)[:10] in (b"", b"HTTP/1.0 4")
    with client(site, get("/page")) as sock:
        assert answer(sock)[0] == 200


@pytest.mark.parametrize(
    "head", [get("http://[/"), get("/", "POST", f"Content-Length: {'9' * 5000}\r\n")]
)
def test_a_head_that_cannot_be_read_is_told_so(site: Site, head: bytes) -> None:
    with client(site, head) as sock:
        assert rest(sock).startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))


@pytest.mark.parametrize(
    "body", [b"1\r\na\r\n" * 50_000, b"5;" + b"a" * 300_000, b"0\r\n" + b"a" * 300_000]
)
def test_a_body_that_is_hardly_anything_but_framing_is_refused(site: Site, body: bytes) -> None:
    """It would stay in memory, and keep the loop busy."""
    with client(site, get("/c", "POST", "Transfer-Encoding: chunked\r\n"), body) as sock:
        assert sock.recv(12) == b"HTTP/1.1 400"


def test_chunks_of_usual_size_are_read(site: Site) -> None:
    chunks = (b"64\r\n" + b"x" * 100 + b"\r\n") * 900 + b"0\r\n\r\n"
    with client(site, get("/c", "POST", "Transfer-Encoding: chunked\r\n"), chunks) as sock:
        assert answer(sock) == (200, {"path": "/c", "length": 90_000, "read": 90_000})


def test_memory_is_bounded_and_the_slowest_give_way(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is short does not go to the disk instead."""
    monkeypatch.setattr(front, "HELD_BYTES", 200_000)
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    with crowd(site, post(90_000, b"x" * 60_000), count=3) as senders:
        site.wait_for(lambda front: sum(each.held for each in front.channels) == 180_000)
        with client(site, post(50_000, b"x" * 50_000)) as sock:
            assert answer(sock) == (200, {"path": "/posted", "length": 50_000, "read": 50_000})
        refused = rest(senders[0])
        assert refused.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 10\r\n" in refused
        for other in senders[1:]:
            other.sendall(b"x" * 30_000)
            assert answer(other)[1]["read"] == 90_000


@pytest.fixture
def spooling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    """One for which everything is long, with its temporary files in `tmp_path`."""
    monkeypatch.setattr(front, "LONG_BYTES", 10_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    running = Site(socket.create_server(("127.0.0.1", 0)))
    yield running
    running.close()


def spooled_in(folder: Path) -> int:
    """How many files without a name this process has there; none has a name."""
    assert not list(folder.iterdir())
    return sum(target.startswith(f"{folder}/") for target in open_files())


def open_files() -> Iterator[str]:
    """Where this process has files open. The folder itself is one, and others come and go."""
    for fd in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(fd.readlink())


@linux
def test_a_long_body_waits_in_a_file_that_goes_with_its_client(
    spooling: Site, tmp_path: Path
) -> None:
    with client(spooling, post(90_000, b"x" * 60_000)) as sock:
        spooling.wait_for(lambda front: front.channels[0].spooled == 60_000)
        assert spooled_in(tmp_path) == 1 and spooling.front.channels[0].held == 0
        sock.sendall(b"x" * 30_000)
        assert answer(sock)[1]["read"] == 90_000
        spooling.wait_for(lambda front: spooled_in(tmp_path) == 0)
        sock.sendall(post(90_000, b"x" * 60_000))
        spooling.wait_for(lambda front: spooled_in(tmp_path) == 1)
    spooling.wait_for(lambda front: spooled_in(tmp_path) == 0)


@linux
def test_a_long_response_waits_in_a_file_that_goes_with_its_client(
    spooling: Site, tmp_path: Path
) -> None:
    with client(spooling, get("/whole")):
        spooling.wait_for(lambda front: front.channels[0].spooled > 1_000_000)
        assert spooled_in(tmp_path) == 1
    spooling.wait_for(lambda front: spooled_in(tmp_path) == 0)
    with client(spooling, get("/whole", headers="Connection: close\r\n")) as sock:
        assert len(rest(sock).partition(b"\r\n\r\n")[2]) == LONG


def test_the_disk_is_bounded_too(spooling: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "SPOOLED_BYTES", 150_000)
    with crowd(spooling, post(90_000, b"x" * 60_000), count=3) as senders:
        assert rest(senders[0]).startswith(b"HTTP/1.1 503 ")
        for other in senders[1:]:
            other.sendall(b"x" * 30_000)
            assert answer(other)[1]["read"] == 90_000


def test_a_full_disk_is_said(spooling: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with client(spooling, post(90_000, b"x" * 60_000)) as sock:
        sock.sendall(b"x" * 30_000)
        told = rest(sock)
        assert told.startswith(b"HTTP/1.1 507 ") and b"no room for the photo" in told
    with client(spooling, get("/page")) as sock:
        assert answer(sock)[0] == 200


def test_there_is_always_a_place_for_one_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "CONNECTIONS", 5)
    with crowd(site) as idle:
        with client(site, get("/page")) as sock:
            assert answer(sock)[0] == 200
        assert rest(idle[0]) == b""
        site.wait_for(lambda front: len(front.active_channels) <= 5)


def test_a_unix_socket_works_too(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "site"))
    running = Site(listener)
    with client(running, get("/page")) as sock:
        assert answer(sock)[1]["path"] == "/page"
    running.close()
