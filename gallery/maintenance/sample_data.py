"""Made-up galleries of any size, for benchmarks."""

import io
import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from colorize.engine.formats import JPEG
from colorize.engine.options import Options
from gallery.maintenance.inventory import OWN, RESULTS
from gallery.models import Picture, Version
from gallery.services.files import Batch, file_transaction

PORTION = 500
SIDE = 16
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
    """Create pictures in batches; yields the number so far. With `few_files`, the pictures of a
    batch share six files."""
    newest = timezone.now()
    for made in range(0, count, PORTION):
        portion = range(made, min(made + PORTION, count))
        # Rows and files together, as when saving a picture.
        with file_transaction() as batch:
            shared = six(batch) if few_files else None
            made_up = [
                make(owner, n, newest - timedelta(minutes=n), shared or six(batch)) for n in portion
            ]
            with transaction.atomic():
                Picture.objects.bulk_create(picture for picture, _ in made_up)
                Version.objects.bulk_create(version for _, version in made_up)
        yield portion.stop


def six(batch: Batch) -> dict[str, tuple[str, int]]:
    """Write the six files of one picture; their names and sizes by column."""
    files = {column: tiny() for column in (*OWN, *RESULTS)}
    return {column: (batch.write(jpeg), len(jpeg)) for column, jpeg in files.items()}


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
    picture = Picture(
        id=key,
        owner=owner,
        title=f"{random.choice(WORDS)} {number % 1000}",  # noqa: S311
        note=f"Box {number // 100}",
        original_name="made-up.jpg",
        original_type=JPEG.mime,
        sha256=secrets.token_hex(32),
        bytes=sum(sizes.values()),
        created_at=created,
        current_id=current,
        **{column: files[column][0] for column in OWN},
    )
    version = Version(
        id=current,
        picture_id=key,
        options=Options(network="made-up").as_dict(),
        width=SIDE,
        height=SIDE,
        bytes=sum(sizes[column] for column in RESULTS),
        **{column: files[column][0] for column in RESULTS},
    )
    return picture, version
