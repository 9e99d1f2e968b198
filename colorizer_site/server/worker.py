"""gunicorn's processes, each with the front that bears slow clients."""

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
    """What gunicorn runs in each process: `front` on its sockets. Starting, stopping, watching
    and the logs are gunicorn's."""

    def init_process(self) -> None:
        # More requests than threads is what the front is for.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        # It names addresses of people who left, tokens included.
        logging.getLogger("waitress").setLevel(logging.WARNING)
        super().init_process()

    def run(self) -> None:
        # Not before the fork: it brings what the network is run with.
        from colorize.web.uploads import most_bytes

        self.poll: dict[int, Any] = {}
        self.crew = Threads(self.cfg.threads)
        most = most_bytes()
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
        """Let nobody in any more; whoever was let in is answered, for as long as gunicorn waits."""
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
        """As gunicorn's own processes do, where gunicorn was asked for an access log."""
        environ = task.get_environment() | {"RAW_URI": task.request.request_uri}
        headers = list(task.request.headers.items())
        answer = SimpleNamespace(
            status=task.status, sent=task.content_bytes_written, headers=task.response_headers
        )
        self.log.access(answer, SimpleNamespace(headers=headers), environ, took)
