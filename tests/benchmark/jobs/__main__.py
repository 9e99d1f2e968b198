"""What long work promises, measured: one line a goal, and exit status 1 if any is missed.

Each part is a module of this folder, run in a process and on a database of its own, in less than
two minutes where nothing else runs. One that takes PART_SECONDS is stopped, and counts as missed.
After Ctrl+C or SIGTERM nothing that was started here is left running but PostgreSQL, which
`make services-stop` ends.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from jobs.supervisor import end_with_parent
from tests.processes import ROOT

# Module, the database it runs on, and the broker.
PARTS = [
    ("kills", "SQLite", ""),
    ("kills", "PostgreSQL", ""),
    ("brokers", "PostgreSQL", "Redis"),
    ("brokers", "PostgreSQL", "RabbitMQ"),
    ("claims", "SQLite", ""),
    ("claims", "PostgreSQL", ""),
    ("batch", "SQLite", ""),
    ("batch", "PostgreSQL", ""),
    ("workers", "SQLite", ""),
    ("machines", "PostgreSQL", ""),
    ("pages", "SQLite", ""),
    ("mail", "SQLite", ""),
    ("fresh", "SQLite", ""),
]


PART_SECONDS = 600
# How long a part may take to end what it has started.
END_SECONDS = 60
# As shells say it of Ctrl+C.
INTERRUPTED = 130


class Skipped(Exception):
    """Why a part cannot run here."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.jobs", description=__doc__)
    names = sorted({name for name, _, _ in PARTS})
    servers = sorted({server for part in PARTS for server in part[1:] if server})
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--on", nargs="+", choices=servers, default=servers)
    asked = parser.parse_args()
    chosen = [part for part in PARTS if part[0] in asked.only and set(part[1:]) & set(asked.on)]
    # As Ctrl+C, which leaves what is begun in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    try:
        missed = sum(bool(run(*part)) for part in chosen)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    minutes = (time.monotonic() - began) / 60
    print(f"Parts: {len(chosen)}, with something missed: {missed}. Minutes: {minutes:.0f}.")
    sys.exit(missed > 0)


def run(name: str, vendor: str, broker: str) -> int:
    """The exit status of a part, 0 if it was skipped."""
    print(", ".join(filter(None, (name, vendor, broker))), flush=True)
    began = time.monotonic()
    try:
        with database(vendor) as url, tempfile.TemporaryDirectory(prefix="jobs-") as folder:
            command = [sys.executable, "-m", f"tests.benchmark.jobs.{name}", broker]
            return status_of(command, environment(url, Path(folder)))
    except Skipped as why:
        print(f"  skipped: {why}")
        return 0
    finally:
        print(f"  {time.monotonic() - began:.0f} seconds", flush=True)


def status_of(command: list[str], environment: dict[str, str]) -> int:
    """Of a process that is stopped where this one is, and after PART_SECONDS."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        # Not together with this one by the terminal, but once, below.
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    try:
        return process.wait(PART_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"  missed: it did not end within {PART_SECONDS / 60:.0f} minutes")
        return 1
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def environment(url: str, folder: Path) -> dict[str, str]:
    of_its_own = {
        "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
        "DATABASE_URL": url,
        # The URL of SQLite's file as the settings write it.
        "TESTED_DATABASE": urlsplit(url).path[1:] or f"{(folder / 'db.sqlite3').as_uri()}?mode=rw",
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "ERROR",
        # On PostgreSQL, a site says that it needs one.
        "SECRET_KEY": "the same in all processes " * 2,
        # What a part that was killed leaves there goes with the folder.
        "TMPDIR": str(folder),
    }
    emptied = dict.fromkeys(("CACHE_URL", "MEDIA_ROOT", "MEDIA_BUCKET", "CELERY_BROKER_URL"), "")
    return os.environ | emptied | of_its_own


@contextmanager
def database(vendor: str) -> Iterator[str]:
    """DATABASE_URL of a new database; empty for SQLite. Raises Skipped."""
    if vendor == "SQLite":
        yield ""
        return
    import psycopg

    server = postgres()
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def postgres() -> str:
    """The address of the server that `make services` starts. Raises Skipped."""
    done = subprocess.run([".ci/services", "start"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Skipped(done.stderr.strip())
    lines = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return lines["DATABASE_URL"]


if __name__ == "__main__":
    main()
