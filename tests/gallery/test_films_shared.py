"""Films that others see: by link, in public, before moderators; and how they go again."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Picture, Review
from gallery.services import albums, bin, moderation, personal_data, sharing, zips
from tests.cast import name_publicly
from tests.gallery.films import BYTES, COLOURED, add_version, save_film
from tests.login import logged_in

pytestmark = pytest.mark.django_db
QUEUE = "/admin/gallery/picture/queue/"


@pytest.fixture
def film(owner: User, tmp_path: Path) -> Picture:
    return save_film(owner, tmp_path)


def unpacked(chunks: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def test_whoever_has_the_link_can_play_it(client: Client, film: Picture) -> None:
    link = sharing.share(film).get_absolute_url()
    page = client.get(link).content.decode()
    assert "<video" in page and f'src="{link}/result"' in page
    assert f'poster="{link}/result-medium"' in page and "1:23" in page
    assert client.get(f"{link}/original").status_code == 404


def test_moderators_see_and_play_a_film_and_then_all_can(
    film: Picture, moderator: User, owner: User, client: Client
) -> None:
    name_publicly(owner, "Anna")
    desk = logged_in(moderator)
    files = f"/admin/gallery/picture/{film.pk}/files"
    assert desk.get(f"{files}/result").status_code == 404
    sharing.publish(film)
    page = desk.get(QUEUE).content.decode()
    for kind in ("result", "result-medium", "strip"):
        assert f"{files}/{kind}" in page, kind
        sent = desk.get(f"{files}/{kind}", headers={"Range": "bytes=0-3"})
        assert sent.status_code == 206, kind
    assert desk.get(f"{files}/original").status_code == 404
    change = desk.get(f"/admin/gallery/picture/{film.pk}/change/").content.decode()
    assert "<video" in change and f"{files}/strip" in change
    assert "Film, 1:23" in desk.get("/admin/gallery/picture/").content.decode()
    assert client.get(f"/pictures/{film.pk}").status_code == 404
    moderation.approve(moderator, Picture.objects.all())
    assert "<video" in client.get(f"/pictures/{film.pk}").content.decode()
    for lists in ("/public", "/people/anna"):
        assert "Film, 1 minute 23 seconds" in client.get(lists).content.decode()
    assert client.get(f"/pictures/{film.pk}/report").status_code == 200


def test_another_version_of_a_shown_film_waits_again(
    film: Picture, moderator: User, tmp_path: Path
) -> None:
    sharing.publish(film)
    moderation.approve(moderator, Picture.objects.all())
    add_version(film, tmp_path)
    assert Picture.objects.get().review == Review.WAITING


def test_a_film_goes_to_the_bin_and_leaves_nothing(
    film: Picture, home: Client, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    home.post(f"/pictures/{film.pk}/delete")
    assert "1:23" in home.get("/gallery/bin").content.decode() and len(media()) == 7
    home.post(f"/pictures/{film.pk}/restore")
    assert Picture.objects.present().exists()
    bin.move_to_bin(Picture.objects.all())
    with django_capture_on_commit_callbacks(execute=True):
        bin.purge(Picture.objects.all())
    assert not media() and not Picture.objects.exists()


def test_an_account_goes_with_its_films(
    film: Picture, owner: User, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.delete_account(owner)
    assert not media() and not User.objects.filter(username="owner").exists()


def test_a_film_is_in_an_album_as_photos_are(home: Client, owner: User, tmp_path: Path) -> None:
    album = albums.make_album(owner, "Holidays")
    film = save_film(owner, tmp_path, album=album)
    assert "Harbour" in home.get(f"/gallery?album={album.pk}").content.decode()
    albums.delete_album(album)
    film.refresh_from_db()
    assert film.album is None


def test_films_in_a_zip_are_stored_under_their_endings(film: Picture) -> None:
    packed = unpacked(zips.zip_of(Picture.objects.all(), originals=True))
    assert packed.namelist() == ["results/Harbour.mp4", "originals/Harbour.mov"]
    assert [packed.read(name) for name in packed.namelist()] == [COLOURED, BYTES]
    assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}


def test_the_export_has_films_and_what_is_known_of_them(owner: User, film: Picture) -> None:
    packed = unpacked(personal_data.export(owner))
    told = json.loads(packed.read("data.json"))["pictures"][0]
    assert (told["seconds"], told["original"]) == (83.4, "originals/Harbour.mov")
    [version] = told["versions"]
    assert packed.read(version["result"]) == COLOURED and version["result"].endswith(".mp4")
    assert (version["best"], version["start"], version["noticed"]) == (
        False,
        2,
        {"notes": ["It has no sound."]},
    )
    assert "turn" not in version and "MovingImage" in packed.read("pictures.csv").decode()
