"""What films promise, measured: one line a goal, and exit status 1 if any is missed."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from tests.benchmark.jobs.goals import Goals
from tests.benchmark.video import cost, kills, steadiness
from tests.benchmark.video.clips import SHIPPED

PARTS = {"steadiness": steadiness.measure, "cost": cost.measure, "kills": kills.measure}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.video", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--folder", type=Path, default=SHIPPED, help="with films in colour, MP4, a minute at most"
    )
    parser.add_argument("--sheets", type=Path, help="where to put pictures of frames to look at")
    options = parser.parse_args()
    goals = Goals()
    for name in options.only:
        print(name, flush=True)
        PARTS[name](goals, options.folder, options.sheets)
    goals.exit()


if __name__ == "__main__":
    main()
