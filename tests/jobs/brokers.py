"""Brokers and Celery's workers as processes of their own, which tests kill."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from jobs.supervisor import end_with_parent
from tests.jobs.kills import KILLS, left_by_dead, wait_for
from tests.jobs.nursery import ForkedCelery, kill_group
from tests.jobs.receiver import write_certificate
from tests.jobs.work import traces
from tests.processes import ROOT, free_port

PASSWORD = "t0p-Secret"


class Broker:
    """One that keeps to a folder and a port of its own."""

    program: str
    scheme: str

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        (folder / "password").write_text(PASSWORD)
        self.start()

    def command(self) -> list[str]:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"{self.scheme}@127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "output").open("a") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )

    def wait_until_up(self) -> None:
        for _ in range(1200):
            assert self.process.poll() is None, (self.folder / "output").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "output").read_text())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Redis(Broker):
    """It writes nothing to the disk: with it, all messages are gone."""

    program, scheme = "redis-server", f"redis://:{PASSWORD}"

    def command(self) -> list[str]:
        options = ["--bind", "127.0.0.1", "--requirepass", PASSWORD, "--save", ""]
        return [self.program, "--port", str(self.port), "--dir", str(self.folder), *options]


class SecureRedis(Redis):
    """By TLS, with a certificate for `host`, which signs itself."""

    host = "localhost"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def url(self) -> str:
        return f"rediss://:{PASSWORD}@localhost:{self.port}"

    def command(self) -> list[str]:
        write_certificate(self.certificate, self.host)
        file = str(self.certificate)
        files = [f"--tls-{each}-file" for each in ("cert", "key", "ca-cert")]
        secure = [word for option in files for word in (option, file)]
        ports = ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
        return [*super().command(), *ports, *secure]


class RedisOfAnotherName(SecureRedis):
    host = "photos.example.org"


class RabbitMQ(Broker):
    program, scheme = "rabbitmq-server", f"amqp://colorizer:{PASSWORD}"

    def command(self) -> list[str]:
        return [str(ROOT / ".ci/rabbitmq"), str(self.folder), str(self.port)]

    def kill(self) -> None:
        super().kill()
        # Tells Erlang's processes of each other, and outlives them.
        port = {"ERL_EPMD_PORT": str(self.port + 2)}
        subprocess.run(["epmd", "-kill"], env=os.environ | port, capture_output=True)


@contextmanager
def running(kind: type[Broker], folder: Path) -> Iterator[Broker]:
    """A new one that may not be up yet. Skips the test where it is not installed, but not where
    CI_SERVICES promises that it is."""
    if shutil.which(kind.program) is None and not os.environ.get("CI_SERVICES"):
        pytest.skip(f"needs {kind.program}: apt install {kind.program}")
    broker = kind(folder)
    try:
        yield broker
    finally:
        broker.kill()


class CeleryWorkers:
    """Workers of one process each, as a terminal starts them, for one `kind` of work."""

    def __init__(self, folder: Path, count: int, kind: str = "chore", **environment: str) -> None:
        self.folder, self.kind = folder, kind
        folder.mkdir(exist_ok=True)
        self.environment = os.environ | {"DATA_DIR": str(folder / "var"), **environment}
        self.workers = [self.start(number) for number in range(count)]

    def start(self, number: int) -> subprocess.Popen[bytes]:
        options = ["--concurrency=1", f"--hostname=worker{number}@%h"]
        options += [f"--queues=jobs.{self.kind}", "--without-mingle", "--without-gossip"]
        with (self.folder / "workers.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "colorizer_site", "worker", *options],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def logged(self) -> str:
        return (self.folder / "workers.log").read_text()

    def stop(self) -> list[int]:
        """Returns the exit statuses."""
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(60) for worker in self.workers]

    def kill(self) -> None:
        for worker in self.workers:
            kill_group(worker.pid)
            worker.wait(20)


class AlsoTheBroker(ForkedCelery):
    """Half-way the broker is killed, too, when all that was lost is worked on again: while it is
    down nobody can be told that something waits."""

    broker: Broker | None = None

    def kill_one(self, pid: int) -> None:
        super().kill_one(pid)
        if self.broker and self.kills == KILLS // 2:
            wait_for(lambda: not left_by_dead(self.pids()))
            kill_and_start(self.broker)


def kill_and_start(broker: Broker) -> None:
    broker.kill()
    seen = len(traces("begun"))
    broker.start()
    broker.wait_until_up()
    wait_for(lambda: len(traces("begun")) > seen + 3)
