"""What `make run` starts where nothing else is installed, from an empty folder to a batch that is
done, sent by a visitor without scripts."""

import os
import tempfile
from pathlib import Path

from tests.benchmark.jobs.batch import write_photos
from tests.benchmark.jobs.goals import Goals
from tests.jobs.visitor import batch_by_form
from tests.processes import Site, prepared

PHOTOS = 10


def main() -> None:
    # Each folder has its own database here.
    os.environ["DJANGO_SETTINGS_MODULE"] = "colorizer_site.settings"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = prepared(folder)
        (folder / "site").mkdir()
        # It waits for a line of the log.
        site = Site(folder / "site", template, LOG_LEVEL="INFO")
        try:
            photos = {path.name: path.read_bytes() for path in write_photos(folder / "p", PHOTOS)}
            job = batch_by_form(f"http://127.0.0.1:{site.port}", photos, seconds=300)
        finally:
            site.kill()
    goals, done = Goals(), job["counts"]["done"]
    what = "a batch by the form, SQLite and files"
    goals.tell(what, f"{done} done", f"{PHOTOS} done", done == PHOTOS)
    goals.exit()


if __name__ == "__main__":
    main()
