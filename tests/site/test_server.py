"""The site as `make run` starts it: gunicorn, preloaded, two workers, threads, the real network."""

import base64
import http.client
import json
import re
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from colorize.engine.errors import TooLarge
from colorize.web.uploads import FORM_BYTES
from tests.conftest import ROOT
from tests.photos import opened, photo
from tests.processes import BOUNDARY, Server, form

# In one group: one worker has them all, and the server is started once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
# Of a photo, and of a request with one.
MOST = 5_000_000
MOST_SENT = MOST + FORM_BYTES
NOISE = np.random.default_rng(3).integers(0, 255, (480, 640), np.uint8)


@pytest.fixture(scope="module")
def server(template: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        running = Server(Path(folder), template, PHOTO_MAX_BYTES=str(MOST))
        yield running
        running.stop()


def test_it_tells_its_address_and_loads_the_network_once_a_worker(server: Server) -> None:
    assert f"Image Colorizer is at http://127.0.0.1:{server.port} " in server.logged()
    assert len(server.workers()) == 2
    status, body = server.get("/healthz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert server.logged().count("network loaded") == 2


def test_every_worker_gives_the_same_picture(server: Server) -> None:
    """Preloaded and forked, eight times over new connections: one and the same result."""
    data = photo("JPEG", NOISE)
    pictures = {json.loads(server.post(data)[1])["image"] for _ in range(8)}
    assert len(pictures) == 1


def test_thirty_uploads_at_once_are_answered_or_told_to_come_back(server: Server) -> None:
    """Every one gets its own photo back or a clear 503, within a bounded time and little more
    memory than eight at once take; who comes back as told is served."""
    shades = [np.full((300 + n, 400), 8 * n, np.uint8) for n in range(30)]

    def send(n: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        while True:
            status, body, headers = server.post(photo("JPEG", shades[n]))
            seen[status] += 1
            if status == 200:
                assert json.loads(body)["height"] == 300 + n
                return seen
            assert status == 503
            assert json.loads(body)["error"] == "busy"
            time.sleep(min(1, int(headers["Retry-After"])))

    def at_once(count: int) -> Counter[int]:
        with ThreadPoolExecutor(count) as pool:
            return sum(pool.map(send, range(count)), Counter())

    # What the first photos take for good is another matter.
    at_once(8)
    before = server.memory()
    assert at_once(30)[200] == 30
    assert server.memory() - before < 200
    assert server.get("/")[0] == 200


def test_the_pages_answer_while_photos_are_at_work(server: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        uploads = [pool.submit(server.post, photo("JPEG", NOISE)) for _ in range(8)]
        status, _ = server.get("/about")
        assert status == 200
        assert {upload.result()[0] for upload in uploads} <= {200, 503}


def test_too_large_is_refused_before_it_has_arrived(server: Server) -> None:
    """A request that declares more than a photo and its form is answered after its first bytes; one
    in chunks, which declares nothing, at the first byte too many."""
    head = (
        "POST /colorize HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    )
    body = form(bytes(MOST + 1_000_000), "a.jpg")
    for declared, sent in (
        (f"Content-Length: {100 * MOST}", body[:1000]),
        (f"Content-Length: {MOST_SENT + 1}", body[:1000]),
        (f"Content-Length: {MOST_SENT - 10_000}", body[: MOST_SENT - 10_000]),
        ("Transfer-Encoding: chunked", f"{2 * MOST:X}\r\n".encode() + body[: MOST_SENT + 10_000]),
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(f"{head}{declared}\r\n\r\n".encode() + sent)
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_browser_that_sends_on_still_reads_the_answer(server: Server) -> None:
    status, body, _ = server.post(bytes(4 * MOST))
    assert (status, json.loads(body)["error"]) == (413, "too_large")
    status, page, _ = server.post(bytes(4 * MOST), path="/")
    assert status == 413
    assert TooLarge(limit="5 MB").message in page.decode()


def test_a_dropped_upload_harms_nobody(server: Server) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(
                b"POST /colorize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            )
    assert server.post(photo("JPEG"))[0] == 200
    assert "Traceback" not in server.logged()


def test_nothing_is_left_on_disk(server: Server) -> None:
    server.post(photo("JPEG", NOISE))
    server.post(b"\xff\xd8\xff")
    server.post(bytes(MOST + 1))
    assert not [path for path in (server.folder / "tmp").iterdir() if path.is_file()]
    kept = {path.name.split("-")[0] for path in (server.folder / "var").iterdir()}
    assert kept == {"db.sqlite3", "secret_key"}


def test_an_address_as_long_as_it_reads_gets_to_the_api(server: Server) -> None:
    for letters in (5000, 8000):
        status, body = server.get(f"/api/v1/pictures?cursor={'x' * letters}")
        assert (status, json.loads(body)["error"]) == (401, "not_logged_in")


def test_a_hundred_slow_clients_hold_up_nobody(server: Server) -> None:
    """Six times as many as there are threads, in the head and in the body."""
    head = b"POST /colorize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n"
    with ExitStack() as stack:
        for sent in [head, head + b"\r\nxyz"] * 50:
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            stack.enter_context(slow).sendall(sent)
        assert server.get("/about")[0] == 200
        assert server.post(photo("JPEG", NOISE))[0] == 200


def test_static_files_are_compressed_and_kept_for_ever(server: Server) -> None:
    """Styles, scripts, and the scripts that scripts import."""
    page = server.get("/")[1]
    script = found(r'src="(/static/js/main\.\w+\.js)"', page)
    sheet = found(r'href="(/static/css/base\.\w+\.css)"', page)
    module = "/static/js/" + found(r'from "\./(colorizer\.\w+\.js)"', server.get(script)[1])
    for path in (script, sheet, module):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        assert response.status == 200
        assert response.headers["Content-Encoding"] == "gzip"
        assert "immutable" in response.headers["Cache-Control"]


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_without_its_network_the_site_says_so(tmp_path: Path, template: Path) -> None:
    """The pages come up, /healthz and the endpoint give the reason."""
    (tmp_path / "models").mkdir()
    running = WithoutNetwork(tmp_path, template, MODELS_DIR=f"{tmp_path}/models")
    try:
        status, body = running.get("/healthz")
        assert status == 503
        assert "manifest.json" in json.loads(body)["network"]
        assert running.get("/faq")[0] == 200
        assert running.post(photo("JPEG"))[0] == 503
    finally:
        running.stop()


class WithoutNetwork(Server):
    ready = "manifest.json cannot be read"


def test_a_colourful_answer_for_a_real_photo(server: Server) -> None:
    """The network really colours: a genuine grey photo comes back with chroma."""
    example = sorted((ROOT / "static/examples/before").glob("*.jpg"))[0].read_bytes()
    body = json.loads(server.post(example)[1])
    pixels = np.asarray(opened(base64.b64decode(body["image"])), int)
    assert np.abs(pixels[..., 0] - pixels[..., 2]).mean() > 3
    assert 0 < body["confidence"] < 100
