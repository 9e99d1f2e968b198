"""What keeps a gallery in order: reconcile, empty_bin, fill_gallery."""

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from colorize import networks
from colorize.service import Options
from gallery import files, service
from gallery.models import Picture, Version
from tests.cast import picture
from tests.photos import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


@pytest.fixture(autouse=True)
def the_fake_network_is_the_default(settings: Any) -> None:
    settings.NETWORK = "fake"


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
    assert run("reconcile") == f"{pictures} pictures, {stored} files; 0 amiss, 0 mended.\n"


def test_nothing_amiss(owner: User) -> None:
    all_is_well(0, 0)
    picture(owner)
    all_is_well(1, 6)


def test_a_file_without_a_picture_goes_once_it_is_an_hour_old(owner: User, settings: Any) -> None:
    picture(owner)
    stray = files.Batch().write(b"half a photo")
    all_is_well(1, 7)
    hour_ago = time.time() - 3700
    os.utime(path(settings, stray), (hour_ago, hour_ago))
    assert f"{stray}: belongs to no picture\n" in run("reconcile", status=1)
    assert f"{stray}: belongs to no picture: deleted" in run("reconcile", "--fix")
    all_is_well(1, 6)


def test_young_files_go_where_asked_for(owner: User) -> None:
    files.Batch().write(b"half a photo")
    assert "1 amiss, 1 mended" in run("reconcile", "--fix", "--older-than", "0")
    all_is_well(0, 0)


@pytest.mark.parametrize("field", ["original_small", "original_medium"])
def test_a_lost_thumbnail_of_an_original_is_made_anew(
    field: str, owner: User, settings: Any
) -> None:
    kept = picture(owner)
    before = getattr(kept, field).open().read()
    path(settings, getattr(kept, field).name).unlink()
    assert "a thumbnail is lost" in run("reconcile", status=1)
    run("reconcile", "--fix")
    kept.refresh_from_db()
    assert getattr(kept, field).open().read() == before
    all_is_well(1, 6)


def test_a_lost_thumbnail_of_a_result_is_made_anew(owner: User, settings: Any) -> None:
    kept = picture(owner)
    path(settings, kept.shown.result_small.name).unlink()
    run("reconcile", "--fix")
    opened(Version.objects.get().result_small.open().read())
    all_is_well(1, 6)


def test_a_lost_result_that_is_shown_is_colorized_anew(owner: User, settings: Any) -> None:
    kept = picture(owner, vividness=0.25)
    before = kept.shown.result.open().read()
    path(settings, kept.shown.result.name).unlink()
    assert "the result that is shown is lost" in run("reconcile", status=1)
    assert "colorized anew" in run("reconcile", "--fix")
    version = Version.objects.get()
    assert version.result.open().read() == before and version.vividness == 0.25


def test_a_lost_result_that_is_not_shown_takes_its_version_along(
    owner: User, settings: Any
) -> None:
    kept = picture(owner, vividness=0.2)
    path(settings, kept.shown.result.name).unlink()
    service.recolor(kept, Options(vividness=0.9))
    assert "version removed" in run("reconcile", "--fix")
    assert Version.objects.get() == Picture.objects.get().current


def test_without_the_network_an_earlier_version_is_shown(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner, vividness=0.2)
    first = kept.shown
    service.recolor(kept, Options(vividness=0.9))
    path(settings, kept.shown.result.name).unlink()

    def fail(*_: Any) -> Any:
        raise networks.NetworkError("it is gone")

    monkeypatch.setattr(networks, "load", fail)
    assert "an earlier version is shown instead" in run("reconcile", "--fix")
    assert Picture.objects.get().current == first == Version.objects.get()


def test_a_lost_original_is_told_of_and_the_results_stay(owner: User, settings: Any) -> None:
    kept = picture(owner)
    path(settings, kept.original.name).unlink()
    for arguments in ((), ("--fix",), ()):
        assert run("reconcile", *arguments, status=1).count("its original is lost") == 1
    assert Picture.objects.get().bytes == service.usage(owner).bytes
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
    assert f"7 bytes are counted, its files are {kept.bytes}" in run("reconcile", status=1)
    run("reconcile", "--fix")
    assert Picture.objects.get().bytes == kept.bytes and Version.objects.get().bytes == size
    all_is_well(1, 6)
