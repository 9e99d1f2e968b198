"""What is for photos only is refused for films, in words; and what films have of their own."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from gallery.models import Picture
from tests.cast import picture
from tests.gallery.api import Api
from tests.gallery.films import BYTES, save_film
from tests.gallery.test_storage import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
REFUSED = "This works with photos only, and this is a film."
OTHER_KIND = "Other kinds of file are for photos only"


@pytest.fixture
def film(owner: User, tmp_path: Path) -> Picture:
    return save_film(owner, tmp_path)


def test_a_film_is_not_coloured_again_here(home: Client, api: Api, film: Picture) -> None:
    page = home.post(f"/pictures/{film.pk}/recolor", {"vividness": "0.5"})
    assert page.status_code == 409 and REFUSED in page.content.decode()
    answer = api.post(f"pictures/{film.pk}/recolor", {"vividness": 0.5})
    assert (answer.status_code, answer.json()["error"]) == (409, "not_for_films")
    assert film.versions.count() == 1


def test_other_kinds_of_file_are_refused(home: Client, api: Api, film: Picture) -> None:
    page = home.post(f"/pictures/{film.pk}/download", {"format": "tiff16"})
    assert page.status_code == 409 and OTHER_KIND in page.content.decode()
    answer = api.get(f"pictures/{film.pk}/result?format=png")
    assert (answer.status_code, answer.json()["error"]) == (409, "not_for_films")
    plain = home.post(f"/pictures/{film.pk}/download", {"format": "jpeg"})
    assert plain["Location"] == f"/pictures/{film.pk}/files/result?download"


def test_the_page_of_a_film_offers_what_works(home: Client, film: Picture) -> None:
    page = home.get(f"/pictures/{film.pk}").content.decode()
    assert "<video" in page and f"/pictures/{film.pk}/files/result" in page
    assert "1:23" in page and "It has no sound." in page
    for absent in ("Other kinds of file", "Crop, turn", "Change the colours", "<before-after"):
        assert absent not in page, absent
    assert "Sharing" in page and "Download original" in page


def test_the_gallery_tells_films_from_photos(home: Client, owner: User, film: Picture) -> None:
    picture(owner, "Grandma")
    page = home.get("/gallery").content.decode()
    assert "1:23" in page and "Film, 1 minute 23 seconds" in page
    films = home.get("/gallery?kind=film").content.decode()
    assert "Harbour" in films and "Grandma" not in films
    photos = home.get("/gallery?kind=photo").content.decode()
    assert "Grandma" in photos and "Harbour" not in photos
    assert "Harbour" in home.get("/gallery?kind=song").content.decode()


def test_the_api_tells_films_from_photos(api: Api, owner: User, film: Picture) -> None:
    photo = picture(owner, "Grandma")
    told = api.get(f"pictures/{film.pk}").json()
    assert (told["kind"], told["seconds"], told["notes"]) == ("film", 83.4, ["It has no sound."])
    assert (told["vividness"], told["best"], told["start"]) == (0.5, False, 2)
    assert "turn" not in told and told["noticed"] is None and told["offers"] == []
    assert told["versions"][0]["start"] == 2 and "turn" not in told["versions"][0]
    strip = api.client.get(told["files"]["strip"], headers=api.headers)
    assert strip.status_code == 200 and strip.headers["Content-Type"] == "image/jpeg"
    of_photo = api.get(f"pictures/{photo.pk}").json()
    assert (of_photo["kind"], of_photo["seconds"], of_photo["notes"]) == ("photo", None, [])
    assert of_photo["turn"] == 0 and "best" not in of_photo
    assert of_photo["files"]["strip"] is None
    assert api.get(f"pictures/{photo.pk}/thumbnail?of=strip").status_code == 404
    listed = api.get("pictures?kind=film").json()["results"]
    assert [row["title"] for row in listed] == ["Harbour"] and listed[0]["kind"] == "film"
    assert api.get("pictures?kind=song").status_code == 400


@pytest.mark.parametrize("lost", ["small", "medium"])
def test_a_lost_poster_is_made_of_the_other_one(film: Picture, lost: str) -> None:
    for row, field in ((film, f"original_{lost}"), (film.shown, f"result_{lost}")):
        default_storage.delete(str(getattr(row, field).name))
    assert "2 problems, 2 repaired" in reconcile("--fix", "--really")
    film = Picture.objects.get()
    assert default_storage.exists(str(getattr(film, f"original_{lost}").name))
    assert "0 problems" in reconcile()


def test_a_lost_film_is_not_made_again_but_told(film: Picture) -> None:
    default_storage.delete(str(film.shown.result.name))
    told = reconcile("--fix", "--really")
    assert "the current result is lost" in told and "and more to do" in told
    default_storage.delete(str(film.shown.strip.name))
    assert Picture.objects.filter(pk=film.pk).exists()


def test_a_lost_strip_is_told(film: Picture) -> None:
    default_storage.delete(str(film.shown.strip.name))
    assert "the strip of frames is lost" in reconcile()


def test_all_files_of_a_film_belong_to_it(film: Picture) -> None:
    assert reconcile("--older-than", "0") == "1 picture, 7 files; 0 problems, 0 repaired.\n"
    assert film.bytes > len(BYTES)
