"""Workers that are replaced at once when they are killed: each is forked from a process that has
imported all of the site already, which takes a second or more of each new one."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from jobs.supervisor import end_with_parent
from tests import processes
from tests.processes import children


class Nursery:
    """`kind`: what its processes do, `work` or `celery`. Each has a process group of its own."""

    def __init__(self, kind: str, folder: Path, **environment: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.log = (folder / "workers.log").open("a+")
        orders, self.orders = pipe()
        self.answers, answers = pipe()
        own = os.environ | {"DATA_DIR": str(folder / "var"), **environment}
        with orders, answers:
            command = ["-m", "tests.jobs.nursery", kind]
            self.process = processes.start(command, own, answers, self.log, orders)
        self.pids: list[int] = []

    def start(self) -> int:
        """Returns the process ID."""
        print(len(self.pids), file=self.orders, flush=True)
        self.pids.append(int(self.answers.readline()))
        return self.pids[-1]

    def end(self) -> None:
        for pid in self.pids:
            kill_group(pid)
        self.orders.close()
        self.process.wait(20)
        self.answers.close()
        self.log.close()


def pipe() -> tuple[IO[str], IO[str]]:
    """Its ends, to read and to write."""
    reading, writing = os.pipe()
    return os.fdopen(reading), os.fdopen(writing, "w")


class Forked:
    """`manage.py work`, so many times."""

    def __init__(self, folder: Path, count: int, **environment: str) -> None:
        self.nursery = Nursery("work", folder, **environment)
        self.workers = [self.nursery.start() for _ in range(count)]

    def pids(self) -> list[int]:
        return self.workers

    def kill_one(self, pid: int) -> None:
        kill_group(pid)
        self.workers[self.workers.index(pid)] = self.nursery.start()

    def add_one(self) -> int:
        """Returns the process ID."""
        self.workers.append(self.nursery.start())
        return self.workers[-1]

    def logged(self) -> str:
        """By all of them."""
        return (self.nursery.folder / "workers.log").read_text()

    def kill(self) -> None:
        self.nursery.end()


class ForkedCelery:
    """Celery's workers of one process each, and the one that keeps it, which starts another one if
    it ends."""

    def __init__(self, folder: Path, count: int, **environment: str) -> None:
        self.nursery = Nursery("celery", folder, **environment)
        self.workers = [self.nursery.start() for _ in range(count)]
        self.kills = 0

    def pids(self) -> list[int]:
        """Of what does the work."""
        return [pid for worker in self.workers for pid in children_of(worker)]

    def kill_one(self, pid: int) -> None:
        """As the system does where memory is short; every second time with its keeper, as a power
        cut does."""
        self.kills += 1
        if self.kills % 2:
            os.kill(pid, signal.SIGKILL)
            return
        number = next(n for n, each in enumerate(self.workers) if pid in children_of(each))
        kill_group(self.workers[number])
        self.workers[number] = self.nursery.start()

    def kill(self) -> None:
        self.nursery.end()


def children_of(pid: int) -> list[int]:
    # One that was just killed has no folder there.
    with suppress(FileNotFoundError):
        return children(pid)
    return []


def kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def main(kind: str) -> None:
    """Fork a process at each line that comes, and tell its ID."""
    import django

    django.setup()
    run = {"work": run_work, "celery": run_celery}[kind]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for number in sys.stdin:
        if os.fork() == 0:
            os.setsid()
            # Where the test itself is killed, too.
            end_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.write(sys.stdout.fileno(), f"{os.getpid()}\n".encode())
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            run(number.strip())
            os._exit(0)


def run_work(number: str) -> None:
    from jobs import worker
    from jobs.signals import Signals

    worker.work(Signals(signal.SIGTERM, signal.SIGINT))


def run_celery(number: str) -> None:
    from colorizer_site.celery import app

    options = ["--concurrency=1", f"--hostname=worker{number}@%h", "--queues=jobs.chore"]
    app.worker_main(["worker", *options, "--without-mingle", "--without-gossip"])


if __name__ == "__main__":
    main(sys.argv[1])
