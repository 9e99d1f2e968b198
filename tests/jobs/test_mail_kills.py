"""Emails by real workers: killed in the middle, with a mail server that was down all the time."""

import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django.fixtures import Settings

from jobs.models import Item, ItemState
from tests.jobs.conftest import StartIn
from tests.processes import Workers, free_port

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
def start(start_in: StartIn, tmp_path: Path) -> Callable[[int], Workers]:
    """Starts a worker on the test's own database, with a mail server at this port."""
    numbers = itertools.count()
    server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_SECURITY": "none", "JOB_LEASE_SECONDS": "2"}

    def start_worker(port: int) -> Workers:
        return start_in(tmp_path / str(next(numbers)), 1, EMAIL_PORT=str(port), **server)

    return start_worker


def wait_for(*states: ItemState) -> str:
    end = time.monotonic() + 60
    while (state := Item.objects.get().state) not in states:
        assert time.monotonic() < end, state
        time.sleep(0.05)
    return state


@pytest.mark.parametrize(
    ("last", "state"), [(b"rcpt", ItemState.DONE), (b".\r\n", ItemState.FAILED)]
)
def test_an_email_comes_once(
    last: bytes, state: ItemState, start: Callable[[int], Workers], settings: Settings
) -> None:
    """After a server that was down, and a worker that was killed: at the first line the email
    cannot have been taken, at the last one it was, without anybody knowing."""
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    port = free_port()
    EmailMessage("Hello", "Hello", to=["ann@example.org"]).send()
    first = start(port)
    wait_for(ItemState.RESTING)
    server = Killing(port, last, first.pids()[0])
    server.start()
    Item.objects.update(not_before=timezone.now())
    first.process.wait(60)
    assert Item.objects.get().state == ItemState.RUNNING
    second = start(port)
    assert wait_for(ItemState.DONE, ItemState.FAILED) == state
    assert server.taken == 1 and Item.objects.get().payload == {}
    assert second.stop() == 0
