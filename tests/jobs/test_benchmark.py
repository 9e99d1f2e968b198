"""The benchmark of long work ends, and leaves nothing running, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.jobs.kills import wait_for
from tests.processes import ROOT

pytestmark = pytest.mark.slow


def running(mark: str) -> dict[int, str]:
    """The commands of all processes that have this in their environment, by their IDs."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        # One that has just ended.
        with suppress(OSError):
            if mark in (folder / "environ").read_text(errors="replace"):
                words = (folder / "cmdline").read_text(errors="replace")
                found[int(folder.name)] = words.replace("\0", " ")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_nothing_stays_when_it_is_stopped(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    mark = f"MARK_OF_A_TEST={tmp_path}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmark.jobs", "--only", "kills", "--on", "SQLite"],
        cwd=ROOT,
        env=os.environ | {"MARK_OF_A_TEST": str(tmp_path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # The three workers, and what starts them.
        wait_for(lambda: sum("manage.py work" in each for each in running(mark).values()) == 4)
        # They have begun by then.
        time.sleep(1)
        process.send_signal(number)
        assert process.wait(60) == status
        wait_for(lambda: not running(mark))
        assert number == signal.SIGKILL or not list(tmp_path.iterdir())
    finally:
        for pid in running(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
