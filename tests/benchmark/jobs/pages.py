"""How fast pages answer while a batch of 200 photos is done beside the web server."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median

import django

from tests.benchmark.jobs.batch import PHOTOS, send, wait_for, write_photos
from tests.benchmark.jobs.goals import Goals
from tests.processes import Server, Workers, prepared

MOST_TIMES = 1.3
PAGES = ("/", "/about", "/faq", "/public")
ROUNDS, PAUSE = 40, 0.05


def main() -> None:
    # Each folder has its own database here.
    os.environ["DJANGO_SETTINGS_MODULE"] = "colorizer_site.settings"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = prepared(folder)
        (folder / "site").mkdir()
        os.environ |= {"DATA_DIR": str(folder / "site/var")}
        server = Server(folder / "site", template, LOG_LEVEL="INFO")
        try:
            measure(server, folder)
        finally:
            server.stop()


def measure(server: Server, folder: Path) -> None:
    django.setup()
    from accounts.models import User

    job = send(User.objects.create_user("anna"), write_photos(folder / "photos"))
    idle = milliseconds(server)
    workers = Workers(folder / "workers", 1, DATA_DIR=os.environ["DATA_DIR"])
    wait_for(lambda: job.items.filter(state="done").exists())
    busy = milliseconds(server)
    left = job.items.unfinished().count()
    workers.kill()
    goals = Goals()
    goals.tell(
        f"pages meanwhile, {PHOTOS - left} photos done",
        f"{busy:.1f} ms, idle {idle:.1f} ms: {busy / idle:.2f} times",
        f"under {MOST_TIMES}",
        busy < MOST_TIMES * idle and left > 0,
    )
    goals.exit()


def milliseconds(server: Server) -> float:
    """The median of all pages; the first round does not count."""
    times = []
    for number in range(ROUNDS + 1):
        for page in PAGES:
            start = time.perf_counter()
            assert server.get(page)[0] == 200, page
            if number:
                times.append(time.perf_counter() - start)
            time.sleep(PAUSE)
    return median(times) * 1000


if __name__ == "__main__":
    main()
