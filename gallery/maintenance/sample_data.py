"""Made-up galleries of any size, for benchmarks."""

import io
import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from colorize.engine.formats import JPEG, MP4
from colorize.engine.options import Options
from colorize.engine.video.options import FilmOptions
from gallery.maintenance.inventory import OWN, RESULTS
from gallery.models import Picture, Version
from gallery.services.files import Batch, file_transaction

PORTION = 500
SIDE = 16
# One of so many pictures is a film, all of them the same one: two frames, a second.
FILM_EVERY = 10
FILM, FILM_SECONDS = Path(__file__).with_name("made_up.mp4"), 1.0
WORDS = [
    "Grandma",
    "Harbour",
    "Wedding",
    "School",
    "Market",
    "Church",
    "Garden",
    "Station",
    "Winter",
    "Bicycle",
]


def fill(owner: User, count: int, few_files: bool) -> Iterator[int]:
    """Create pictures in batches; yields the number so far. With `few_files`, the photos of a batch
    share the same files, and so do its films."""
    newest = timezone.now()
    for made in range(0, count, PORTION):
        portion = range(made, min(made + PORTION, count))
        # Rows and files together, as when saving a picture.
        with file_transaction() as batch:
            files = cache(partial(written, batch)) if few_files else partial(written, batch)
            made_up = [
                make(owner, n, newest - timedelta(minutes=n), files(is_film(n))) for n in portion
            ]
            with transaction.atomic():
                Picture.objects.bulk_create(picture for picture, _ in made_up)
                Version.objects.bulk_create(version for _, version in made_up)
        yield portion.stop


def is_film(number: int) -> bool:
    return number % FILM_EVERY == FILM_EVERY - 1


def written(batch: Batch, film: bool) -> dict[str, tuple[str, int]]:
    """Write the files of one picture; their names and sizes by column."""
    contents = {column: (tiny(), JPEG.ending) for column in (*OWN, *RESULTS)}
    if film:
        data = FILM.read_bytes()
        contents |= dict.fromkeys(("original", "result"), (data, MP4.ending))
        contents["strip"] = tiny(), JPEG.ending
    return {
        column: (batch.write(data, ending), len(data))
        for column, (data, ending) in contents.items()
    }


def tiny() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (SIDE, SIDE), secrets.randbelow(256)).save(buffer, "JPEG")
    return buffer.getvalue()


def make(
    owner: User, number: int, created: datetime, files: dict[str, tuple[str, int]]
) -> tuple[Picture, Version]:
    """Unsaved rows. Titles repeat, as real ones do."""
    key, current = uuid4(), uuid4()
    sizes = {column: size for column, (_, size) in files.items()}
    film = "strip" in files
    kind, options = (MP4, FilmOptions) if film else (JPEG, Options)
    seconds = FILM_SECONDS if film else None
    results = [column for column in files if column not in OWN]
    picture = Picture(
        id=key,
        owner=owner,
        title=f"{random.choice(WORDS)} {number % 1000}",  # noqa: S311
        note=f"Box {number // 100}",
        original_name=f"made-up{kind.ending}",
        original_type=kind.mime,
        seconds=seconds,
        sha256=secrets.token_hex(32),
        bytes=sum(sizes.values()),
        created_at=created,
        current_id=current,
        **{column: files[column][0] for column in OWN},
    )
    version = Version(
        id=current,
        picture_id=key,
        options=options(network="made-up").as_dict(),
        seconds=seconds,
        width=SIDE,
        height=SIDE,
        bytes=sum(sizes[column] for column in results),
        **{column: files[column][0] for column in results},
    )
    return picture, version
