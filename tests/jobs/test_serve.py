"""What `make run` starts: the web server and a worker, from the first page to SIGTERM."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jobs import supervisor
from tests.jobs.kills import wait_for
from tests.jobs.visitor import batch_by_form, colours_of
from tests.photos import opened, photo
from tests.processes import Site, children

# In one group, and the site is started once: the last test ends it.
together = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site"), template, WORK_PROCESSES="1")
    yield running
    if running.process.poll() is None:
        running.kill()


@pytest.mark.parametrize(
    ("cores", "count", "spared", "threads"),
    [(4, 1, 1, 3), (4, 2, 1, 1), (4, 2, 0, 2), (1, 1, 1, 1), (2, 3, 1, 1)],
)
def test_a_core_is_left_to_the_web_server(
    monkeypatch: pytest.MonkeyPatch, cores: int, count: int, spared: int, threads: int
) -> None:
    monkeypatch.setattr(supervisor, "cores", lambda: cores)
    found = supervisor.workers(count, spared=spared)
    assert [each.environment for each in found] == [
        {"OPENCV_FOR_THREADS_NUM": str(threads)}
    ] * count


def workers_of(site: Site) -> list[str]:
    """Machine and process of each that was seen."""
    with closing(sqlite3.connect(site.folder / "var/db.sqlite3")) as database:
        return [name for (name,) in database.execute("SELECT name FROM jobs_worker")]


@together
@pytest.mark.slow
def test_a_visitors_batch_is_done_with_nothing_else_installed(site: Site) -> None:
    address = f"http://127.0.0.1:{site.port}"
    job = batch_by_form(address, {"one.jpg": photo(), "two.jpg": photo()})
    assert job["state"] == "done" and job["counts"]["done"] == job["counts"]["total"] == 2
    for item in job["items"]:
        assert opened(colours_of(address, item)).mode == "RGB"


@together
@pytest.mark.slow
def test_it_serves_pages_and_works_until_sigterm(site: Site) -> None:
    status, told = site.get("/healthz")
    assert status == 200 and json.loads(told)["status"] == "ok"
    assert site.get("/")[0] == 200
    wait_for(lambda: workers_of(site))
    (worker,) = workers_of(site)
    web_and_work = children(site.process.pid)
    assert len(web_and_work) == 2 and int(worker.rpartition(":")[2]) in web_and_work
    assert site.stop() == 0
    # Nothing is left: no process, no sign of a worker, no open port.
    assert not [pid for pid in web_and_work if Path(f"/proc/{pid}").exists()]
    assert workers_of(site) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", site.port), timeout=5)
