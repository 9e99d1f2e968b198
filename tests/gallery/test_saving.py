"""Saving, versions, the bin, quotas: files and rows come and go together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from accounts.models import User
from colorize.service import Options
from gallery.errors import NotAllowed, NotFound, OriginalLost, OverQuota
from gallery.models import Picture, Review, Visibility
from gallery.services import bin, files, pictures, quota, sharing, versions
from tests.cast import content, grey, picture, public_picture
from tests.photos import opened, photo, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def test_a_picture_keeps_its_original_byte_for_byte_and_says_how_it_was_made(owner: User) -> None:
    data = photo("JPEG")
    saved = pictures.colorize_and_save(owner, data, Options(vividness=0.3), "C:\\old\\Grandma.jpeg")
    kept = Picture.objects.get()
    assert saved.is_new and saved.picture == kept
    assert content(kept.original) == data
    assert (kept.title, kept.original_name, kept.original_type) == (
        "Grandma",
        "Grandma.jpg",
        "image/jpeg",
    )
    assert (kept.width, kept.height) == (96, 64) == opened(content(kept.shown.result)).size
    made_with = Options(vividness=0.3, network="colornet", keep_metadata=True)
    assert (kept.shown.made_with, kept.shown.confidence) == (made_with, 75)
    assert (kept.visibility, kept.review) == (Visibility.PRIVATE, Review.NONE)


def test_thumbnails_come_in_two_sizes_upright_and_without_metadata(owner: User) -> None:
    wide = Image.new("RGB", (2000, 1000), "gray")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Somebody"
    kept = pictures.colorize_and_save(
        owner, save(wide, "JPEG", exif=exif), Options(), "a.jpg"
    ).picture
    sizes = {
        name: opened(content(file)).size
        for name, file in (
            ("small", kept.original_small),
            ("medium", kept.original_medium),
            ("result", kept.shown.result_medium),
        )
    }
    assert sizes == {"small": (160, 320), "medium": (512, 1024), "result": (512, 1024)}
    assert not opened(content(kept.original_medium)).getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "P", "RGB", "RGBA"])
def test_every_kind_of_png_gets_thumbnails(mode: str, owner: User) -> None:
    shade = 255 if mode == "1" else 128
    deep = np.full((64, 64), 257 * shade, np.uint16)
    image = Image.fromarray(deep) if mode == "I;16" else Image.new("L", (64, 64), shade)
    kept = pictures.colorize_and_save(owner, save(image.convert(mode)), Options()).picture
    small = opened(content(kept.original_small)).convert("L")
    assert small.getpixel((30, 30)) == pytest.approx(shade, abs=3)


def test_files_have_names_that_nobody_can_guess(owner: User, media: Any) -> None:
    picture(owner, "Grandma")
    assert len(media()) == 6
    assert all(len(name.split("/")[-1]) >= 36 and "Grandma" not in name for name in media())


def test_the_same_original_is_recognised_and_not_stored_twice(
    owner: User, stranger: User, media: Any
) -> None:
    first = pictures.colorize_and_save(owner, grey(), Options())
    again = pictures.colorize_and_save(owner, grey(), Options(vividness=0.5))
    assert (again.picture, again.is_new) == (first.picture, False)
    assert len(media()) == 6
    assert pictures.colorize_and_save(stranger, grey(), Options()).is_new


def test_out_of_the_bin_too(owner: User) -> None:
    kept = public_picture(owner)
    bin.move_to_bin(Picture.objects.filter(pk=kept.pk))
    again = pictures.colorize_and_save(owner, grey(99), Options())
    assert again.picture == kept and not again.picture.deleted_at
    assert again.picture.visibility == Visibility.PRIVATE


def test_an_upload_that_fails_half_way_leaves_neither_row_nor_file(
    owner: User, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files.Batch.write
    written: list[bytes] = []

    def fail_at_the_fifth(batch: Any, content: bytes, suffix: str = ".jpg") -> str:
        written.append(content)
        name = write(batch, content, suffix)
        if len(written) == 5:
            raise OSError("disk full")
        return name

    monkeypatch.setattr(files.Batch, "write", fail_at_the_fifth)
    with pytest.raises(OSError):
        picture(owner)
    assert not Picture.objects.exists() and media() == []


def test_quotas_by_count_and_by_bytes(owner: User, settings: Any, media: Any) -> None:
    settings.QUOTA_PICTURES = 1
    kept = picture(owner, shade=1)
    with pytest.raises(OverQuota, match=r"holds 1 picture\."):
        picture(owner, shade=2)
    settings.QUOTA_PICTURES, settings.QUOTA_BYTES = 10, kept.bytes + 100
    with pytest.raises(OverQuota, match="kB"):
        picture(owner, shade=2)
    with pytest.raises(OverQuota):
        versions.recolor(kept, Options(vividness=0.5))
    assert len(media()) == 6
    assert quota.usage(owner).bytes == kept.bytes == sum_of(media)


def sum_of(media: Any) -> int:
    return sum((Path(settings.MEDIA_ROOT) / name).stat().st_size for name in media())


def test_recolouring_keeps_the_earlier_result_to_go_back_to(owner: User, media: Any) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    second = versions.recolor(kept, Options(vividness=0.9))
    assert kept.current == second and kept.versions.count() == 2
    assert kept.bytes == sum_of(media)
    versions.use_version(kept, first)
    assert Picture.objects.get().current == first
    with pytest.raises(NotAllowed):
        versions.remove_version(kept, first)


def test_the_same_options_again_are_the_version_that_is_there(owner: User) -> None:
    kept = picture(owner, vividness=0.2)
    versions.recolor(kept, Options(vividness=0.9))
    versions.recolor(kept, Options(vividness=0.2))
    assert kept.versions.count() == 2 and kept.shown.made_with.vividness == 0.2


@pytest.mark.django_db(transaction=True)
def test_a_removed_version_takes_its_files_along(owner: User, media: Any) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    versions.recolor(kept, Options(vividness=0.9))
    versions.remove_version(kept, first)
    kept.refresh_from_db()
    assert len(media()) == 6 and kept.bytes == sum_of(media)


@pytest.mark.django_db(transaction=True)
def test_deleting_goes_by_the_bin_and_files_go_after_the_commit(owner: User, media: Any) -> None:
    kept = picture(owner)
    versions.recolor(kept, Options(vividness=0.9))
    everything = Picture.objects.owned_by(owner)
    assert bin.move_to_bin(everything) == 1
    assert not everything.present() and len(media()) == 9
    assert bin.restore(everything) == 1 and everything.present()
    bin.move_to_bin(everything)
    assert bin.purge(everything) == 1
    assert media() == [] and not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_photo_sent_ten_times_at_once_is_one_picture(owner: User, media: Any) -> None:
    def send(_: int) -> bool:
        try:
            return pictures.colorize_and_save(owner, grey(), Options()).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(10))) == 1
    assert len(media()) == 6 and Picture.objects.count() == 1


def test_a_change_after_approval_waits_for_review_again(owner: User) -> None:
    shown = public_picture(owner)
    pictures.describe(shown, title="Something else")
    assert Picture.objects.get().review == Review.WAITING
    assert not Picture.objects.public()


def test_a_change_that_crosses_the_approval_waits_too(owner: User) -> None:
    kept = picture(owner)
    sharing.publish(kept)
    Picture.objects.update(review=Review.APPROVED)  # meanwhile, by a moderator
    pictures.describe(kept, title="Something else")
    assert Picture.objects.get().review == kept.review == Review.WAITING


@pytest.mark.parametrize("times", [1, 2, 3])
def test_publishing_again_and_again_does_not_skip_what_a_moderator_refused(
    times: int,
    owner: User,
    settings: Any,
) -> None:
    settings.REVIEW_FOR = "NOBODY"
    kept = picture(owner)
    sharing.publish(kept)
    assert kept.review == Review.APPROVED
    Picture.objects.update(review=Review.HIDDEN, review_reason="Rude.")
    for _ in range(times):
        sharing.make_private(Picture.objects.all())
        kept.refresh_from_db()
        sharing.publish(kept)
    assert (kept.review, kept.review_reason) == (Review.WAITING, "")


def during_colorizing(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something else happens while the network is at work."""
    colorize = pictures.colorizer.colorize  # type: ignore[attr-defined]

    def meanwhile(*args: Any, **words: Any) -> Any:
        result = colorize(*args, **words)
        happens()
        return result

    monkeypatch.setattr("gallery.services.pictures.colorizer.colorize", meanwhile)


@pytest.mark.parametrize(
    ("decided", "expected"),
    [(Review.APPROVED, Review.WAITING), (Review.HIDDEN, Review.HIDDEN)],
)
def test_what_a_moderator_decides_while_it_is_coloured_again_holds(
    decided: Review, expected: Review, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner)
    sharing.publish(kept)
    during_colorizing(monkeypatch, lambda: Picture.objects.update(review=decided))
    versions.recolor(kept, Options(vividness=0.5))
    assert Picture.objects.get().review == expected


@pytest.mark.django_db(transaction=True)
def test_coloured_again_twice_at_once_is_one_version(
    owner: User, monkeypatch: pytest.MonkeyPatch, media: Any
) -> None:
    kept = picture(owner, vividness=0.2)
    twin = Picture.objects.get()
    once: list[Any] = []

    def twice() -> None:
        if not once:
            once.append(True)
            versions.recolor(twin, Options(vividness=0.5))

    during_colorizing(monkeypatch, twice)
    versions.recolor(kept, Options(vividness=0.5))
    assert kept.versions.count() == 2 and len(media()) == 9
    assert Picture.objects.get().bytes == sum_of(media)


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_goes_while_it_is_coloured_again_leaves_nothing(
    owner: User, monkeypatch: pytest.MonkeyPatch, media: Any
) -> None:
    kept = picture(owner)
    during_colorizing(monkeypatch, lambda: bin.purge(Picture.objects.all()))
    with pytest.raises(NotFound):
        versions.recolor(kept, Options(vividness=0.5))
    assert media() == []


def test_a_lost_original_is_told_in_words(owner: User) -> None:
    kept = picture(owner)
    kept.original.storage.delete(str(kept.original.name))
    with pytest.raises(OriginalLost):
        versions.recolor(kept, Options(vividness=0.5))


@pytest.mark.django_db(transaction=True)
def test_a_version_that_another_tab_shows_or_has_deleted_stays_in_order(
    owner: User, media: Any
) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    versions.recolor(kept, Options(vividness=0.9))
    stale = Picture.objects.get()
    versions.use_version(kept, first)
    with pytest.raises(NotAllowed):
        versions.remove_version(stale, first)
    second = kept.versions.get(options__vividness=0.9)
    versions.remove_version(kept, second)
    for verb in (versions.remove_version, versions.use_version):
        with pytest.raises(NotFound):
            verb(stale, second)
    assert Picture.objects.get().bytes == sum_of(media)
