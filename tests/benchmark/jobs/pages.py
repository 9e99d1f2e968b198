"""How fast pages answer while a batch is done beside the web server, as `make run` starts both."""

import os
import time
from pathlib import Path
from statistics import median, quantiles

import django

from tests.benchmark.jobs.batch import send, wait_for, write_photos
from tests.benchmark.jobs.goals import Goals
from tests.benchmark.jobs.own_site import own_site
from tests.processes import Server

PHOTOS, MOST_TIMES = 200, 1.3
PAGES = ("/", "/about", "/faq", "/public")
ROUNDS, PAUSE = 40, 0.05


def main() -> None:
    # Both in one session: priorities count within sessions only, where Linux weighs those against
    # each other.
    with own_site(WORK_PROCESSES="1") as (site, folder):
        os.environ["DATA_DIR"] = str(folder / "site/var")
        measure(site, folder)


def measure(server: Server, folder: Path) -> None:
    django.setup()
    from accounts.models import User
    from jobs.services import jobs

    owner, photos = User.objects.create_user("anna"), write_photos(folder / "photos", PHOTOS)
    milliseconds(server, 1)
    before = milliseconds(server)
    job = send(owner, photos)
    wait_for(lambda: job.items.filter(state="done").exists())
    busy = milliseconds(server)
    left = job.items.unfinished().count()
    jobs.cancel(job)
    # Again, because the machine may be busier at one time than at another.
    idle = before + milliseconds(server)
    goals, times = Goals(), median(busy) / median(idle)
    goals.tell(
        f"pages meanwhile, {len(photos) - left} photos done",
        f"{median(busy):.1f} ms, idle {median(idle):.1f} ms: {times:.2f} times",
        f"under {MOST_TIMES}",
        times < MOST_TIMES and left > 0,
    )
    print(f"  of 20 the slowest: {slowest(busy):.1f} ms, idle {slowest(idle):.1f} ms")
    goals.exit()


def slowest(times: list[float]) -> float:
    """Of 20."""
    return quantiles(times, n=20)[-1]


def milliseconds(server: Server, rounds: int = ROUNDS) -> list[float]:
    """Of each page in each round."""
    times = []
    for _ in range(rounds):
        for page in PAGES:
            start = time.perf_counter()
            assert server.get(page)[0] == 200, page
            times.append((time.perf_counter() - start) * 1000)
            time.sleep(PAUSE)
    return times


if __name__ == "__main__":
    main()
