"""Films beside photos: saved, found again, counted, changed."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from colorize.engine.video.film import Film
from gallery.errors import OverQuota
from gallery.models import Picture
from gallery.services import bin, films, versions
from gallery.services.files import file_transaction
from gallery.services.pictures import Words
from gallery.services.quota import usage
from tests.cast import content
from tests.gallery.films import (
    BYTES,
    COLOURED,
    FACTS,
    OPTIONS,
    add_version,
    joined,
    original,
    save_film,
)

pytestmark = pytest.mark.django_db


def test_a_film_keeps_its_original_byte_for_byte_and_says_how_it_was_made(
    owner: User, tmp_path: Path
) -> None:
    save_film(owner, tmp_path)
    kept = Picture.objects.get()
    assert (content(kept.original), content(kept.shown.result)) == (BYTES, COLOURED)
    assert (kept.title, kept.original_name) == ("Harbour", "Harbour.mov")
    assert kept.original_type.startswith("video/")
    assert (kept.is_film, kept.seconds, kept.width, kept.height) == (True, 83.4, 80, 60)
    assert (kept.shown.is_film, kept.shown.filmed_with) == (True, OPTIONS)
    assert (kept.shown.confidence, kept.shown.notes) == (62, ["It has no sound."])


def test_the_name_of_a_film_ends_in_what_it_is(owner: User, tmp_path: Path) -> None:
    with file_transaction() as batch:
        source = original(name="Wedding 1.5.avi")
        picture, _ = films.write(
            owner, source, joined(tmp_path), OPTIONS, None, Words(source.filename), batch
        )
    assert (picture.original_name, picture.title) == ("Wedding 1.5.mp4", "Wedding 1.5")
    assert picture.original.name and picture.original.name.endswith(".mp4")


def test_a_film_is_shown_upright_and_with_square_pixels() -> None:
    assert Film(720, 576, pixel_shape=16 / 15).shown_size == (768, 576)
    assert Film(1920, 1080, turn=90).shown_size == (1080, 1920)
    assert Film(1920, 1080, turn=180).shown_size == (1920, 1080)


def test_all_files_of_a_film_count(owner: User, tmp_path: Path, media: Any) -> None:
    picture = save_film(owner, tmp_path)
    stored = sum(default_storage.size(name) for name in media())
    assert len(media()) == 7 and usage(owner).bytes == picture.bytes == stored


def test_a_film_that_does_not_fit_leaves_nothing(
    owner: User, tmp_path: Path, settings: Any, media: Any
) -> None:
    settings.QUOTA_BYTES = len(BYTES) + len(COLOURED)
    with pytest.raises(OverQuota):
        save_film(owner, tmp_path)
    assert not Picture.objects.exists() and not media()


def test_the_same_film_is_recognised_also_in_the_bin(owner: User, tmp_path: Path) -> None:
    assert films.recognise(owner, original()) is None
    picture = save_film(owner, tmp_path)
    bin.move_to_bin(Picture.objects.all())
    found = films.recognise(owner, original())
    assert found and (found.picture, found.is_new, found.was_binned) == (picture, False, True)
    assert Picture.objects.present().get() == picture


def test_a_new_film_must_fit_before_it_is_coloured(owner: User, settings: Any) -> None:
    settings.QUOTA_BYTES = 10
    with pytest.raises(OverQuota):
        films.recognise(owner, original())


def test_other_colours_of_a_film_are_another_version_once(owner: User, tmp_path: Path) -> None:
    picture = save_film(owner, tmp_path)
    before = picture.bytes
    assert add_version(picture, tmp_path) == add_version(picture, tmp_path)
    assert picture.versions.count() == 2 and picture.shown.filmed_with.best
    assert picture.bytes == before + picture.shown.bytes


def test_a_version_may_be_of_another_part(owner: User, tmp_path: Path) -> None:
    picture = save_film(owner, tmp_path)
    first = picture.shown
    add_version(picture, tmp_path, replace(FACTS, seconds=20), end=22)
    assert Picture.objects.get().seconds == 20
    versions.use_version(picture, first)
    assert Picture.objects.get().seconds == picture.seconds == FACTS.seconds


class Chunks(io.BytesIO):
    """Notes how much is read at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        got = super().read(size)
        self.most = max(self.most, len(got))
        return got


def test_a_film_is_never_whole_in_memory(tmp_path: Path) -> None:
    with file_transaction() as batch:
        file = Chunks(bytes(1 << 20))
        name = batch.write_file(file, ".mp4")
    assert default_storage.size(name) == 1 << 20 and file.most <= 1 << 16
