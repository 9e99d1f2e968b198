"""Machines that share nothing but a database and an S3 store, imitated by two folders."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from colorize.service import make_options
from gallery.models import Picture
from jobs.models import ItemState, Job
from jobs.services import batches, jobs
from tests.cast import content, grey, person
from tests.conftest import on_postgres
from tests.jobs import store
from tests.jobs.conftest import StartIn
from tests.jobs.kills import LEASE, wait_for
from tests.photos import opened

pytestmark = [pytest.mark.slow, pytest.mark.database, on_postgres]
SHADES = range(90, 110)


@pytest.fixture
def shared(own_database: dict[str, str], settings: Settings) -> Iterator[dict[str, str]]:
    """The settings of both machines; the test itself uses the same store."""
    with store.bucket() as (named, _):
        options = configured.S3 | {
            "bucket_name": named["MEDIA_BUCKET"],
            "endpoint_url": named["MEDIA_ENDPOINT"],
            "access_key": named["MEDIA_ACCESS_KEY"],
            "secret_key": named["MEDIA_SECRET_KEY"],
        }
        s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"default": s3}
        same = {"SECRET_KEY": "the same on both machines " * 2, "JOB_LEASE_SECONDS": str(LEASE)}
        yield named | same


@pytest.fixture
def batch(shared: dict[str, str]) -> Job:
    owner = person("ann")
    photos = [(f"{shade}.png", grey(shade)) for shade in SHADES]
    files = [(name, len(data), io.BytesIO(data)) for name, data in photos]
    return batches.start(owner, jobs.lane_of(owner, ""), make_options(), files)


def test_one_machine_goes_on_where_another_is_gone_with_all_its_files(
    batch: Job, start_in: StartIn, shared: dict[str, str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    lost = start_in(first, 1, **shared)
    wait_for(batch.items.filter(state=ItemState.DONE).exists)
    lost.kill()
    assert media_of(first) == media_of(second) == []
    shutil.rmtree(first)
    running = start_in(second, 1, **shared)
    wait_for(lambda: not batch.items.unfinished().exists())
    assert running.stop() == 0
    assert batch.items.filter(state=ItemState.DONE).count() == len(SHADES)
    assert batch.owner
    kept = Picture.objects.owned_by(batch.owner)
    assert sorted(content(each.original) for each in kept) == sorted(map(grey, SHADES))
    assert all(opened(content(each.shown.result)).size == (64, 64) for each in kept)
    assert media_of(second) == []


def media_of(folder: Path) -> list[Path]:
    """What a machine keeps of photos, or of a database of its own."""
    found = (folder / "var").rglob("*")
    return [path for path in found if path.is_file() and "secret" not in path.name]
