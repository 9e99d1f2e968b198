"""Half an hour of film whose workers are killed on the way: the same film as of workers that were
left alone, and no more memory at its end than at its beginning."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmark.jobs.__main__ import database, environment
from tests.benchmark.jobs.goals import Goals
from tests.processes import ROOT

# How much more memory the last third of a film may take than the first.
FLAT = 1.1


def measure(goals: Goals, folder: Path, sheets: Path | None) -> None:
    """Of a made-up film, on a database and files of its own; `folder` and `sheets` are for other
    parts."""
    with database("SQLite") as url, tempfile.TemporaryDirectory(prefix="films-") as name:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmark.video.killed"],
            cwd=ROOT,
            env=environment(url, Path(name)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"    {found['pieces']} pieces, {found['again']} of them twice; {found['seconds']} s")
    goals.tell(
        f"{found['minutes']:g} minutes, killed {found['kills']} times",
        f"{found['frames']} frames, {found['state']}",
        f"{found['frames_alone']} frames, done",
        found["state"] == "done" and found["frames"] == found["frames_alone"],
    )
    same = [
        name for name in ("pictures", "times", "sound") if found[name] == found[f"{name}_alone"]
    ]
    goals.tell("the same as undisturbed", ", ".join(same) or "nothing", "all three", len(same) == 3)
    first, last = found["memory_first"], found["memory_last"]
    goals.tell(
        "largest process in the first third and the last",
        f"{first:.0f} and {last:.0f} MB",
        f"{FLAT} times at most",
        last <= FLAT * first,
    )
