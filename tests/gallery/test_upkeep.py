"""What keeps a gallery in order: reconcile, empty_bin, fill_gallery."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from colorize.engine import networks
from colorize.service import Options
from gallery.maintenance import repair
from gallery.models import Answer, Picture, ShareLink, Version, Visibility
from gallery.paging import counted
from gallery.services import bin, files, quota, sharing, versions
from tests.cast import content, picture
from tests.login import logged_in
from tests.photos import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def run(*arguments: str, status: int = 0) -> str:
    """What a command prints; it ends with that status."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
        ended = 0
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == status, out.getvalue()
    return out.getvalue()


def path(settings: Any, name: Any) -> Path:
    return Path(settings.MEDIA_ROOT) / str(name)


def all_is_well(pictures: int, stored: int) -> None:
    there = f"{counted(pictures)}, {counted(stored, 'file')}"
    assert run("reconcile") == f"{there}; 0 problems, 0 repaired.\n"


def test_nothing_amiss(owner: User) -> None:
    all_is_well(0, 0)
    picture(owner)
    all_is_well(1, 6)


def test_a_picture_that_is_deleted_meanwhile_is_passed_over(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner)
    path(settings, kept.shown.result).unlink()
    real = repair.make_good

    def deleted_first(*args: Any) -> str:
        bin.purge(Picture.objects.filter(pk=kept.pk))
        return real(*args)

    monkeypatch.setattr(repair, "make_good", deleted_first)
    assert "0 problems, 0 repaired" in run("reconcile", "--fix", "--really")
    assert not Picture.objects.exists()


def stray(settings: Any, hours: float = 1.1) -> str:
    """The name of a file without a picture, of this age."""
    name = files.Batch().write(b"half a photo")
    age(settings, name, hours)
    return name


def age(settings: Any, name: str, hours: float) -> None:
    moment = time.time() - hours * 3600
    os.utime(path(settings, name), (moment, moment))


def test_a_file_without_a_picture_is_set_aside_once_it_is_an_hour_old(
    owner: User, settings: Any
) -> None:
    for shade in (1, 2):
        picture(owner, shade=shade)
    name = stray(settings, hours=0.9)
    all_is_well(2, 13)
    age(settings, name, hours=1.1)
    assert f"{name}: has no picture\n" in run("reconcile", status=1)
    assert f"{name}: has no picture: set aside" in run("reconcile", "--fix")
    all_is_well(2, 12)
    assert path(settings, f"strays/{name}").read_bytes() == b"half a photo"


def test_young_files_go_where_asked_for(owner: User) -> None:
    files.Batch().write(b"half a photo")
    assert "1 problem, 1 repaired" in run("reconcile", "--fix", "--really", "--older-than", "0")
    all_is_well(0, 0)


def test_what_was_set_aside_goes_for_good_with_the_bin(owner: User, settings: Any) -> None:
    names = [stray(settings), stray(settings)]
    run("reconcile", "--fix", "--really")
    age(settings, f"strays/{names[0]}", 24 * 30.1)
    age(settings, f"strays/{names[1]}", 24 * 29.9)
    assert "1 file set aside earlier deleted." in run("empty_bin")
    assert [path(settings, f"strays/{name}").exists() for name in names] == [False, True]


def test_more_than_a_tenth_of_the_files_is_never_taken_for_waste(
    owner: User, settings: Any, media: Any
) -> None:
    """As when the database is gone, or an old backup: pictures come back with it."""
    kept = [picture(owner, shade=shade) for shade in (1, 2)]
    versions = list(Version.objects.all())
    before = media()
    for name in before:
        age(settings, name, 2)
    Picture.objects.update(current=None)
    Version.objects.all().delete()
    Picture.objects.all().delete()
    with pytest.raises(CommandError, match=r"12 of 12 files have no picture.*--really"):
        run("reconcile", "--fix")
    assert media() == before
    assert "12 problems, 12 repaired" in run("reconcile", "--fix", "--really")
    assert len(media()) == 12 and all(name.startswith("strays/") for name in media())
    Picture.objects.bulk_create(kept)
    Version.objects.bulk_create(versions)
    for each in versions:
        Picture.objects.filter(pk=each.picture_id).update(current=each)
    assert "12 problems, 12 repaired" in run("reconcile", "--fix")
    assert media() == before
    all_is_well(2, 12)


def test_a_tenth_is_set_aside_as_asked(owner: User, settings: Any) -> None:
    for shade in range(3):
        picture(owner, shade=shade)
    stray(settings)
    stray(settings)
    assert "2 problems, 2 repaired" in run("reconcile", "--fix")
    all_is_well(3, 18)


def test_a_folder_that_is_not_there_costs_no_picture(owner: User, settings: Any) -> None:
    picture(owner)
    right, settings.MEDIA_ROOT = settings.MEDIA_ROOT, settings.MEDIA_ROOT / "unmounted"
    with pytest.raises(CommandError, match=r"1 of 1 pictures have no file left.*--really"):
        run("reconcile", "--fix")
    settings.MEDIA_ROOT = right
    all_is_well(1, 6)


@pytest.mark.parametrize("field", ["original_small", "original_medium"])
def test_a_lost_thumbnail_of_an_original_is_made_again(
    field: str, owner: User, settings: Any
) -> None:
    kept = picture(owner)
    before = content(getattr(kept, field))
    path(settings, getattr(kept, field).name).unlink()
    assert "a thumbnail is lost" in run("reconcile", status=1)
    run("reconcile", "--fix")
    kept.refresh_from_db()
    assert content(getattr(kept, field)) == before
    all_is_well(1, 6)


def test_a_lost_thumbnail_of_a_result_is_made_again(owner: User, settings: Any) -> None:
    kept = picture(owner)
    path(settings, kept.shown.result_small.name).unlink()
    run("reconcile", "--fix")
    opened(content(Version.objects.get().result_small))
    all_is_well(1, 6)


def test_a_lost_result_that_is_shown_is_colorized_anew(owner: User, settings: Any) -> None:
    kept = picture(owner, vividness=0.25)
    before = content(kept.shown.result)
    path(settings, kept.shown.result.name).unlink()
    assert "the current result is lost" in run("reconcile", status=1)
    assert "coloured again" in run("reconcile", "--fix")
    version = Version.objects.get()
    assert content(version.result) == before and version.made_with.vividness == 0.25


@pytest.mark.parametrize("lost", ["result", "bytes"])
def test_what_is_repaired_has_another_etag(owner: User, settings: Any, lost: str) -> None:
    kept = picture(owner)
    before = kept.etag
    if lost == "bytes":
        Version.objects.update(bytes=1)
    else:
        path(settings, kept.shown.result.name).unlink()
    run("reconcile", status=1)
    assert Picture.objects.get().etag == before
    run("reconcile", "--fix")
    assert Picture.objects.get().etag != before


def test_a_lost_result_that_is_not_shown_takes_its_version_along(
    owner: User, settings: Any
) -> None:
    kept = picture(owner, vividness=0.2)
    path(settings, kept.shown.result.name).unlink()
    versions.recolor(kept, Options(vividness=0.9))
    assert "version removed" in run("reconcile", "--fix")
    assert Version.objects.get() == Picture.objects.get().current


def test_without_the_network_an_earlier_version_is_shown(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    versions.recolor(kept, Options(vividness=0.9))
    path(settings, kept.shown.result.name).unlink()

    def fail(*_: Any) -> Any:
        raise networks.NetworkError("it is gone")

    monkeypatch.setattr(networks, "load", fail)
    assert "an earlier version is used instead" in run("reconcile", "--fix")
    assert Picture.objects.get().current == first == Version.objects.get()


def test_a_lost_original_is_told_of_and_the_results_stay(owner: User, settings: Any) -> None:
    kept = picture(owner)
    path(settings, kept.original.name).unlink()
    for arguments in ((), ("--fix",), ()):
        assert run("reconcile", *arguments, status=1).count("the original is lost") == 1
    assert Picture.objects.get().bytes == quota.usage(owner).bytes
    assert Picture.objects.get().current == kept.current


def test_a_picture_of_which_nothing_is_left_goes(owner: User, settings: Any) -> None:
    picture(owner, shade=1)
    kept = picture(owner, shade=2)
    for name in (kept.original.name, kept.shown.result.name):
        path(settings, name).unlink()
    assert "picture removed" in run("reconcile", "--fix")
    assert Picture.objects.count() == 1


def test_counted_bytes_are_corrected(owner: User) -> None:
    kept = picture(owner)
    size = kept.shown.bytes
    Picture.objects.update(bytes=7)
    Version.objects.update(bytes=8)
    assert f"7 bytes are counted, but the files have {kept.bytes}" in run("reconcile", status=1)
    run("reconcile", "--fix")
    assert Picture.objects.get().bytes == kept.bytes and Version.objects.get().bytes == size
    all_is_well(1, 6)


def binned(owner: User, shade: int, days: float) -> Picture:
    kept = picture(owner, shade=shade)
    moment = timezone.now() - timedelta(days=days)
    Picture.objects.filter(pk=kept.pk).update(deleted_at=moment)
    return kept


@pytest.mark.django_db(transaction=True)
def test_the_bin_keeps_what_was_moved_there_less_than_a_month_ago(owner: User, media: Any) -> None:
    size = binned(owner, 1, 30.1).bytes
    recent, present = binned(owner, 2, 29.9), picture(owner, shade=3)
    assert f"1 picture deleted, {size:,} bytes." in run("empty_bin")
    assert set(Picture.objects.all()) == {recent, present} and len(media()) == 12


def test_all_of_one_persons_bin(owner: User, stranger: User) -> None:
    binned(owner, 1, 1)
    other = binned(stranger, 2, 1)
    assert run("empty_bin", "--all", "--person", "owner").startswith("1 picture deleted")
    assert Picture.objects.get() == other
    with pytest.raises(CommandError, match="no user named Nobody"):
        run("empty_bin", "--person", "Nobody")
    assert run("empty_bin", "--all").startswith("1 picture deleted")


def test_what_has_run_out_is_forgotten(owner: User) -> None:
    for key, hours in (("old", 25), ("new", 23)):
        Answer.objects.create(user=owner, key=key, request="", status=201, body={})
        created = timezone.now() - timedelta(hours=hours)
        Answer.objects.filter(key=key).update(created_at=created)
    for shade, days in enumerate((31, 29)):
        sharing.share(kept := picture(owner, shade=shade))
        ends = timezone.now() - timedelta(days=days)
        ShareLink.objects.filter(picture=kept).update(expires_at=ends)
    sharing.share(picture(owner, shade=9), days=None)
    printed = run("empty_bin")
    assert "1 stored API response" in printed and "1 expired link" in printed
    assert Answer.objects.get().key == "new" and ShareLink.objects.count() == 2
    assert Picture.objects.get(link=None).visibility == Visibility.PRIVATE


def test_a_made_up_film_is_as_good_as_a_real_one(owner: User) -> None:
    run("fill_gallery", "owner", "10", "--yes")
    (film,) = Picture.objects.films()
    home = logged_in(owner)
    page = home.get(film.get_absolute_url()).content.decode()
    assert "<video" in page and home.get(reverse("gallery")).status_code == 200
    sent = home.get(reverse("file", args=[film.pk, "result"]))
    assert sent.headers["Content-Type"] == "video/mp4"
    assert b"".join(sent.streaming_content).startswith(b"\0\0\0")  # type: ignore[attr-defined]


def test_a_made_up_gallery_is_as_good_as_a_real_one(owner: User) -> None:
    with pytest.raises(CommandError, match="--yes"):
        run("fill_gallery", "owner", "3")
    assert run("fill_gallery", "owner", "3", "--yes") == "3 pictures created for owner.\n"
    all_is_well(3, 18)
    run("fill_gallery", "owner", "2", "--few-files", "--yes")
    all_is_well(5, 24)
    run("fill_gallery", "owner", "20", "--yes")
    all_is_well(25, 24 + 18 * 6 + 2 * 7)
    with pytest.raises(CommandError, match="no user named Nobody"):
        run("fill_gallery", "Nobody", "3", "--yes")
