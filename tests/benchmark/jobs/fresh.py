"""What `make run` starts where nothing else is installed, from an empty folder to a batch that is
done, sent by a visitor without scripts."""

from tests.benchmark.jobs.batch import write_photos
from tests.benchmark.jobs.goals import Goals
from tests.benchmark.jobs.own_site import own_site
from tests.jobs.visitor import batch_by_form

PHOTOS = 10


def main() -> None:
    with own_site() as (site, folder):
        photos = {path.name: path.read_bytes() for path in write_photos(folder / "p", PHOTOS)}
        job = batch_by_form(f"http://127.0.0.1:{site.port}", photos, seconds=300)
    goals, done = Goals(), job["counts"]["done"]
    what = "a batch by the form, SQLite and files"
    goals.tell(what, f"{done} done", f"{PHOTOS} done", done == PHOTOS)
    goals.exit()


if __name__ == "__main__":
    main()
