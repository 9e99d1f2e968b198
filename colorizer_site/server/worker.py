"""gunicorn's worker processes, each with the front that handles slow clients."""

import logging
import os
import time
from datetime import timedelta
from types import FrameType, SimpleNamespace
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore

from colorizer_site.server.clients import Task, Threads
from colorizer_site.server.front import Front, open_front


class BufferingWorker(Worker):  # type: ignore[misc]
    """Runs `front` on gunicorn's sockets; gunicorn starts, stops and monitors it."""

    def init_process(self) -> None:
        # Having more requests than threads is normal here.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        # It logs URLs of people who disconnected, with their tokens.
        logging.getLogger("waitress").setLevel(logging.WARNING)
        super().init_process()

    def run(self) -> None:
        # Not before the fork: it brings what the network is run with.
        from colorize.web.uploads import most_bytes
        from jobs.services.limits import PIECE_BYTES

        self.poll: dict[int, Any] = {}
        self.crew = Threads(self.cfg.threads)
        most = max(most_bytes(), PIECE_BYTES)
        self.fronts: list[Front] = [
            open_front(self.wsgi, listener.sock, self.crew, most, self.poll, self.log_access)
            for listener in self.sockets
        ]
        while self.alive and self.ppid == os.getppid():
            self.turn()
        self.wind_up()

    def turn(self) -> None:
        self.notify()
        wasyncore.loop(timeout=1, use_poll=True, map=self.poll, count=1)

    def wind_up(self) -> None:
        """Accept no new clients, and finish the others' requests while gunicorn waits."""
        for front in self.fronts:
            front.stop_listening()
        end = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < end and any(front.is_busy() for front in self.fronts):
            self.turn()
        self.crew.shutdown(timeout=1)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for front in getattr(self, "fronts", []):
            front.pull_trigger()

    def log_access(self, task: Task, took: timedelta) -> None:
        """Write gunicorn's access log, if it is turned on."""
        environ = task.get_environment() | {"RAW_URI": task.request.request_uri}
        headers = list(task.request.headers.items())
        answer = SimpleNamespace(
            status=task.status, sent=task.content_bytes_written, headers=task.response_headers
        )
        self.log.access(answer, SimpleNamespace(headers=headers), environ, took)
