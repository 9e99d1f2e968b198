"""A batch by one worker and by two, beside two commands at once."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.core.management import call_command

from tests.benchmark.jobs.batch import LEAST_RATE, of_batch, of_halves, write_photos
from tests.benchmark.jobs.goals import Goals

PHOTOS, ROUNDS = 40, 2


def main() -> None:
    django.setup()
    call_command("prepare")
    goals = Goals()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = write_photos(folder / "photos", PHOTOS)
        # In turn, because the machine may be busier at one time than at another.
        rounds = [rates_of(number, photos, folder) for number in range(ROUNDS)]
    gain = median(two / one for one, two, _ in rounds)
    share = median(two / halves for _, two, halves in rounds)
    goals.tell(
        f"2 workers, {gain:.2f} times the rate of 1",
        f"{share:.2f} of 2 commands at once",
        f"at least {LEAST_RATE}",
        share >= LEAST_RATE,
    )
    goals.exit()


def rates_of(number: int, photos: list[Path], folder: Path) -> tuple[float, float, float]:
    """Photos a second of one worker, of two, and of two commands."""
    one, _ = of_batch(owner(f"one-{number}"), photos, folder / f"one-{number}", 1)
    two, _ = of_batch(owner(f"two-{number}"), photos, folder / f"two-{number}", 2)
    return one, two, of_halves(photos, folder / f"halves-{number}")


def owner(name: str) -> Any:
    from accounts.models import User

    return User.objects.create_user(name)


if __name__ == "__main__":
    main()
