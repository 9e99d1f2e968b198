"""One process that starts others, starts those again that die, and ends together with them."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from jobs.machine import cores, work_processes
from jobs.signals import Signals

logger = logging.getLogger(__name__)

# Seconds before a process that has died is started again: doubled each time up to the second, and
# the first once more after it has run for a while.
PAUSES = (0.5, 60)
A_WHILE = 10
# Beyond what a worker takes to give back its items, and gunicorn to answer.
SECONDS_TO_END = 35
# Of Linux: the signal that a process gets when its parent dies.
PARENT_DEATH_SIGNAL = 1
# Cores, for the web server.
SPARED = 1


@dataclass
class Child:
    """A process that is to run. `is_vital`: all others end with it, in place of starting it
    again."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    pause: float = PAUSES[0]
    started: float = 0
    due: float = 0

    def start(self) -> None:
        self.started = time.monotonic()
        environment = os.environ | self.environment
        self.process = subprocess.Popen(  # noqa: S603
            self.command, cwd=settings.BASE_DIR, env=environment, preexec_fn=end_with_parent
        )

    def look(self) -> None:
        """Start it if that is due, and note if it has died."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif (status := self.process.poll()) is not None and not self.is_vital:
            self.rest(status)

    def rest(self, status: int) -> None:
        now = time.monotonic()
        ran_well = now - self.started > A_WHILE
        pause = PAUSES[0] if ran_well else self.pause
        self.process, self.due, self.pause = None, now + pause, min(pause * 2, PAUSES[1])
        logger.error("%s has %s; starting it again in %g s", self.name, ended(status), pause)


def end_with_parent() -> None:
    """In a new process: where the system can, it is stopped if its parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def ended(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"been ended by signal {-status}"


def supervise(children: list[Child]) -> int:
    """Keep these processes running until SIGTERM or SIGINT, which they get, too, or until a vital
    one ends. Returns its exit status, else 0."""
    signals = Signals(signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
    status = None
    while status is None and signals.seen <= {signal.SIGCHLD}:
        for child in children:
            child.look()
        status = vital_status(children)
        if status is None:
            signals.wait(1)
    end(children, signal.SIGINT if signal.SIGINT in signals.seen else signal.SIGTERM)
    return status or 0


def vital_status(children: list[Child]) -> int | None:
    """The exit status of a vital process that has ended, as a shell tells it."""
    for child in children:
        if child.is_vital and child.process and (status := child.process.poll()) is not None:
            return status if status >= 0 else 128 - status
    return None


def end(children: list[Child], number: int) -> None:
    """Pass the signal on, and wait until all have ended."""
    running = [child.process for child in children if child.process]
    for process in running:
        process.send_signal(number)
    latest = time.monotonic() + max(SECONDS_TO_END, settings.WORK_GRACE_SECONDS + 5)
    for process in running:
        try:
            process.wait(max(0, latest - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def web() -> Child:
    command = [sys.executable, "-m", "gunicorn", "-c", "colorizer_site/gunicorn.py"]
    return Child("the web server", command, is_vital=True)


def beside_web() -> int:
    """How many work processes the web server gets."""
    count: int | None = settings.WORK_PROCESSES
    return work_processes(spared=SPARED) if count is None else count


def workers(count: int, kinds: Collection[str] = (), spared: int = 0) -> list[Child]:
    """Processes for long work, which share the cores among them. `spared`: how many cores are left
    to others as far as there are enough: a low priority alone does not keep pages as quick."""
    command = [sys.executable, "manage.py", "work", "--processes", "1", "--verbosity", "0"]
    command += ["--kinds", *kinds] if kinds else []
    # Read by OpenCV.
    environment = {"OPENCV_FOR_THREADS_NUM": str(max(1, (cores() - spared) // count))}
    return [Child(f"work process {number}", command, environment) for number in range(1, count + 1)]
