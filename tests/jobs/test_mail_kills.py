"""Emails by real workers: killed in the middle, with a mail server that was down all the time."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django.fixtures import Settings

from jobs.models import Item, ItemState
from tests.jobs import kills
from tests.jobs.nursery import Forked
from tests.processes import free_port

pytestmark = [pytest.mark.slow, pytest.mark.database]


class Killing(threading.Thread):
    """A mail server that kills its first client once a line begins with `last`, and takes emails
    from all others. `taken`: how many it has."""

    def __init__(self, port: int, last: bytes, pid: int) -> None:
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", port))
        self.last, self.pid, self.taken = last, pid, 0

    def run(self) -> None:
        while True:
            line, _ = self.server.accept()
            with line, line.makefile("rwb", 0) as stream:
                self.serve(stream)

    def serve(self, stream: socket.SocketIO) -> None:
        stream.write(b"220 here\r\n")
        in_data = False
        while said := stream.readline():
            self.taken += in_data and said == b".\r\n"
            if self.pid and said.lower().startswith(self.last):
                os.kill(self.pid, signal.SIGKILL)
                self.pid = 0
                return
            starts = said.lower().startswith(b"data")
            in_data = starts or (in_data and said != b".\r\n")
            if starts or not in_data:
                stream.write(b"354 go on\r\n" if starts else b"250 OK\r\n")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def workers(own_database: dict[str, str], port: int, tmp_path: Path) -> Iterator[Forked]:
    """One, on the test's own database, with a mail server at this port."""
    server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_SECURITY": "none"}
    forked = Forked(tmp_path, 1, **own_database, **server, JOB_LEASE_SECONDS="2")
    yield forked
    forked.kill()


def wait_for(*states: ItemState) -> str:
    end = time.monotonic() + 60
    while (state := Item.objects.get(kind="mail").state) not in states:
        assert time.monotonic() < end, state
        time.sleep(0.05)
    return state


@pytest.mark.parametrize(
    ("last", "state"), [(b"rcpt", ItemState.DONE), (b".\r\n", ItemState.FAILED)]
)
def test_an_email_comes_once(
    last: bytes, state: ItemState, port: int, workers: Forked, settings: Settings
) -> None:
    """After a server that was down, and a worker that was killed: at the first line the email
    cannot have been taken, at the last one it was, without anybody knowing."""
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    EmailMessage("Hello", "Hello", to=["ann@example.org"]).send()
    (first,) = workers.pids()
    wait_for(ItemState.RESTING)
    server = Killing(port, last, first)
    server.start()
    Item.objects.filter(kind="mail").update(not_before=timezone.now())
    kills.wait_for(lambda: not Path(f"/proc/{first}").exists())
    assert Item.objects.get(kind="mail").state == ItemState.RUNNING
    workers.add_one()
    assert wait_for(ItemState.DONE, ItemState.FAILED) == state
    assert server.taken == 1 and Item.objects.get(kind="mail").payload == {}
