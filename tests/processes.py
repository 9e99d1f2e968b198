"""The site's settings and servers as other environments make them."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol, Self
from unittest.mock import patch
from urllib.parse import quote

from jobs.supervisor import end_with_parent
from tests.database import one_at_a_time

ROOT = Path(__file__).parent.parent
BOUNDARY = "----boundary"
PIECE = 1 << 18


class Running(Protocol):
    """A process that was started."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...


def start_alone(
    arguments: Sequence[str],
    environment: dict[str, str],
    out: IO[Any],
    err: IO[Any],
    told: IO[Any] | None = None,
) -> Running:
    """`python` with these arguments, in a group of its own, so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=told or subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


# How all that follows starts; tests have it start at once, benchmarks as people start it.
start = start_alone


def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`python` with these arguments, and what it wrote once it has ended."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        status = start(arguments, environment, out, err).wait(120)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read(), err.read())


def settings_of(folder: Path, **environment: str) -> dict[str, Any]:
    """What the settings are in a process of this environment and no other, without starting one.
    Raises ImproperlyConfigured as that would."""
    with patch.dict(os.environ, {"DATA_DIR": str(folder), **environment}, clear=True):
        return read_again("colorizer_site.settings")


def read_again(name: str) -> dict[str, Any]:
    """What the modules of a package hold when they are imported now; others go on seeing those that
    were imported before."""
    above, _, last = name.rpartition(".")
    kept = {each: module for each, module in sys.modules.items() if not each.startswith(name)}
    with patch.object(sys.modules[above], last), patch.dict(sys.modules, kept, clear=True):
        return vars(import_module(name))


def prepared(shared: Path, migrated: Path | None = None) -> Path:
    """The folders `var` and `static` as `manage.py prepare` makes them of nothing, or of a database
    that has all migrations. It is done for the first that asks, which takes seconds, for all
    processes that share this folder."""
    done, draft = shared / "prepared", shared / "being-prepared"
    with one_at_a_time(shared / "prepared.lock"):
        if not done.exists():
            if migrated:
                (draft / "var").mkdir(parents=True)
                shutil.copyfile(migrated, draft / "var/db.sqlite3")
            prepare(os.environ | {"DATA_DIR": str(draft / "var"), "STATIC_ROOT": f"{draft}/static"})
            draft.rename(done)
    return done


def prepare(environment: dict[str, str]) -> None:
    run("manage.py", "prepare", environment=environment).check_returncode()


class Server:
    """The web server as `make run` starts it, with what it writes below `folder`. Where that is
    empty it is prepared by a copy of `template`, else by the command."""

    command = ["-m", "gunicorn", "-c", "colorizer_site/gunicorn.py"]
    # What each of the two workers logs once it is ready.
    ready = "network loaded"

    def __init__(self, folder: Path, template: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = os.environ | {
            "DATA_DIR": str(folder / "var"),
            "STATIC_ROOT": str(template / "static"),
            "TMPDIR": str(folder / "tmp"),
            "PORT": str(self.port),
            "PHOTO_RATE": "100000/min",
            **environment,
        }
        (folder / "tmp").mkdir(exist_ok=True)
        if (folder / "var").exists():
            prepare(self.environment)
        else:
            shutil.copytree(template / "var", folder / "var")
        self.start()

    def start(self) -> None:
        self.log = (self.folder / "log").open("w+")
        self.process = start(self.command, self.environment, self.log, self.log)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        for _ in range(400):
            assert self.process.poll() is None, self.logged()
            if self.logged().count(self.ready) == 2:
                return
            time.sleep(0.05)
        raise AssertionError(self.logged())

    def logged(self) -> str:
        return (self.folder / "log").read_text()

    def post(
        self, data: bytes, path: str = "/colorize", name: str = "a.jpg", pace: float = 0
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """`pace`: bytes a second, as on a slow line."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        body = form(data, name)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        if pace:
            kind["Content-Length"] = str(len(body))
        connection.request("POST", path, paced(body, pace) if pace else body, kind)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body, response.headers

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    def workers(self) -> list[int]:
        return children(self.process.pid)

    def memory(self) -> int:
        """MiB that the workers take together."""
        return sum(resident_kib(pid) for pid in self.workers()) // 1024

    def kill(self) -> None:
        """As a power cut would: no process of it can tidy up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        self.log.close()

    def stop(self) -> int:
        """Returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.log.close()
        return status


class Site(Server):
    """All of the site as `make run` starts it: the web server, and beside it what does long
    work."""

    command = ["manage.py", "serve"]


class Workers:
    """`manage.py work` with this many processes; one of them has none beside it that supervises."""

    def __init__(self, folder: Path, count: int, **environment: str) -> None:
        self.folder, self.count = folder, count
        folder.mkdir(exist_ok=True)
        self.log = (folder / "workers.log").open("a+")
        command = ["manage.py", "work", "--processes", str(count)]
        environment = os.environ | {"DATA_DIR": str(folder / "var"), **environment}
        self.process = start(command, environment, self.log, self.log)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """None of them stays, whatever went wrong."""
        if self.process.poll() is None:
            self.kill()

    def pids(self) -> list[int]:
        return [self.process.pid] if self.count == 1 else children(self.process.pid)

    def kill_one(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def logged(self) -> str:
        return (self.folder / "workers.log").read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Returns the exit status."""
        self.process.send_signal(number)
        status = self.process.wait(60)
        self.log.close()
        return status

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        self.log.close()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def database_url(parts: dict[str, Any]) -> str:
    """DATABASE_URL for a database by Django's settings; empty for SQLite."""
    if "postgresql" not in parts["ENGINE"]:
        return ""
    password = quote(parts["PASSWORD"], safe="")
    place = f"{parts['USER']}:{password}@{parts['HOST']}:{parts['PORT']}"
    return f"postgres://{place}/{parts['NAME']}"


def resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def paced(data: bytes, pace: float) -> Iterator[bytes]:
    """Pieces that come at this many bytes a second."""
    start = time.monotonic()
    for sent in range(0, len(data), PIECE):
        time.sleep(max(0, start + sent / pace - time.monotonic()))
        yield data[sent : sent + PIECE]


def form(data: bytes, name: str) -> bytes:
    head = f'Content-Disposition: form-data; name="image"; filename="{name}"'
    return (
        f"--{BOUNDARY}\r\n{head}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
        + data
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
