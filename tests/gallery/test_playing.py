"""Playing films: parts of files by range, their types, and who gets them."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Picture, Review
from gallery.services import sharing
from tests.cast import content
from tests.gallery.api import Api
from tests.gallery.films import BYTES, COLOURED, save_film
from tests.gallery.test_bucket_links import ORIGIN, bucket, fetch
from tests.login import logged_in

pytestmark = pytest.mark.django_db
SIZE = len(COLOURED)
__all__ = ["bucket"]


@pytest.fixture
def film(owner: User, tmp_path: Path) -> Picture:
    return save_film(owner, tmp_path)


def result(film: Picture) -> str:
    return f"/pictures/{film.pk}/files/result"


def body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_a_whole_film_says_that_it_has_parts(home: Client, film: Picture) -> None:
    sent = home.get(result(film))
    assert (sent.status_code, body(sent)) == (200, COLOURED)
    assert sent.headers["Accept-Ranges"] == "bytes" and "Content-Range" not in sent.headers
    assert sent.headers["Content-Type"] == "video/mp4"
    assert sent.headers["Content-Length"] == str(SIZE)
    assert sent.headers["Content-Disposition"] == 'inline; filename="Harbour-colorized.mp4"'


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),  # Safari's first question
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=100-199", 100, 199),
        ("Bytes=100-99999999", 100, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
    ],
)
def test_a_part_is_exactly_what_was_asked_for(
    asked: str, first: int, last: int, home: Client, film: Picture
) -> None:
    sent = home.get(result(film), headers={"Range": asked})
    assert (sent.status_code, body(sent)) == (206, COLOURED[first : last + 1])
    assert sent.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert sent.headers["Content-Length"] == str(last + 1 - first)
    assert sent.headers["ETag"] and sent.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", f"bytes={'9' * 5000}-", ""],
)
def test_what_is_no_range_gets_the_whole_film(asked: str, home: Client, film: Picture) -> None:
    sent = home.get(result(film), headers={"Range": asked})
    assert (sent.status_code, body(sent)) == (200, COLOURED)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_what_lies_behind_the_end_is_refused(asked: str, home: Client, film: Picture) -> None:
    sent = home.get(result(film), headers={"Range": asked})
    assert sent.status_code == 416 and sent.headers["Content-Range"] == f"bytes */{SIZE}"


def test_nothing_in_a_film_can_run(home: Client, film: Picture) -> None:
    sent = home.get(f"/pictures/{film.pk}/files/original")
    policy = sent.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


def test_a_part_of_another_film_is_not_sent(home: Client, film: Picture) -> None:
    etag = home.head(result(film)).headers["ETag"]
    asked = {"Range": "bytes=0-1"}
    assert home.get(result(film), headers=asked | {"If-Range": etag}).status_code == 206
    old = home.get(result(film), headers=asked | {"If-Range": '"earlier"'})
    assert (old.status_code, body(old)) == (200, COLOURED)
    assert home.get(result(film), headers=asked | {"If-None-Match": etag}).status_code == 304


def test_head_tells_the_length_and_sends_nothing(home: Client, film: Picture) -> None:
    sent = home.head(result(film), headers={"Range": "bytes=0-1"})
    assert (sent.status_code, sent.headers["Content-Length"]) == (200, str(SIZE))
    assert sent.headers["Accept-Ranges"] == "bytes" and body(sent) == b""


def test_the_original_keeps_its_type_and_has_parts_too(
    home: Client, client: Client, film: Picture
) -> None:
    address = f"/pictures/{film.pk}/files/original"
    sent = home.get(f"{address}?download", headers={"Range": "bytes=4-7"})
    assert (sent.status_code, body(sent)) == (206, BYTES[4:8])
    assert sent.headers["Content-Type"] == film.original_type
    assert sent.headers["Content-Disposition"] == 'attachment; filename="Harbour.mov"'
    assert client.get(address).status_code == 404


def test_the_poster_and_the_strip_are_pictures(home: Client, film: Picture) -> None:
    for kind in ("before", "original-small", "result-small", "result-medium", "strip"):
        sent = home.get(f"/pictures/{film.pk}/files/{kind}")
        assert sent.headers["Content-Type"] == "image/jpeg" and body(sent)[:2] == b"\xff\xd8", kind
    assert 'filename="Harbour-strip.jpg"' in sent.headers["Content-Disposition"]


def test_a_photo_has_no_strip(home: Client, owner: User, network: Any) -> None:
    from tests.cast import picture

    assert home.get(f"/pictures/{picture(owner).pk}/files/strip").status_code == 404


@pytest.mark.parametrize("kind", ["before", "original-small", "original-medium"])
def test_others_see_no_frame_of_the_film_as_it_was(
    kind: str, home: Client, client: Client, moderator: User, film: Picture
) -> None:
    """It may be of a part that is cut away in the version that is shown now."""
    link = sharing.share(film).get_absolute_url()
    assert client.get(f"{link}/{kind}").status_code == 404
    sharing.publish(film)
    Picture.objects.filter(pk=film.pk).update(review=Review.APPROVED)
    address = f"/pictures/{film.pk}/files/{kind}"
    assert client.get(address).status_code == 404
    assert "private" in home.get(address).headers["Cache-Control"]
    desk = f"/admin/gallery/picture/{film.pk}/files/{kind}"
    assert logged_in(moderator).get(desk).status_code == 404


@pytest.mark.parametrize("kind", ["result", "strip", "result-small", "result-medium"])
def test_others_see_a_film_when_they_may(kind: str, client: Client, film: Picture) -> None:
    address = f"/pictures/{film.pk}/files/{kind}"
    assert client.get(address, headers={"Range": "bytes=0-1"}).status_code == 404
    link = sharing.share(film)
    by_link = f"{link.get_absolute_url()}/{kind}"
    assert client.get(by_link, headers={"Range": "bytes=0-1"}).status_code == 206
    sharing.make_private(Picture.objects.filter(pk=film.pk))
    assert client.get(by_link, headers={"Range": "bytes=0-1"}).status_code == 404


def test_nginx_sends_parts_itself(home: Client, film: Picture, settings: Any) -> None:
    settings.ACCEL_REDIRECT = "/protected/"
    sent = home.get(result(film), headers={"Range": "bytes=0-1"})
    assert (sent.status_code, sent.content) == (200, b"")
    assert sent.headers["X-Accel-Redirect"] == f"/protected/{film.shown.result.name}"
    assert sent.headers["Content-Type"] == "video/mp4" and "Accept-Ranges" not in sent.headers


def test_programs_get_films_and_parts_of_them(api: Api, film: Picture) -> None:
    sent = api.get(f"pictures/{film.pk}/result", Range="bytes=100-199")
    assert (sent.status_code, body(sent)) == (206, COLOURED[100:200])
    assert sent.headers["Content-Type"] == "video/mp4"
    original = api.get(f"pictures/{film.pk}/original")
    assert body(original) == BYTES and original.headers["Content-Type"] == film.original_type


def test_a_film_in_a_bucket_is_stored_and_sent_in_parts(
    bucket: None, api: Api, home: Client, film: Picture
) -> None:
    assert content(film.original) == BYTES
    sent = api.get(f"pictures/{film.pk}/result", Range="bytes=-10")
    assert (sent.status_code, body(sent)) == (206, COLOURED[-10:])
    assert body(home.get(f"/pictures/{film.pk}/files/original")) == BYTES
    answer = home.get(result(film), headers={"Range": "bytes=0-1"})
    assert answer.status_code == 302 and answer["Location"].startswith(ORIGIN)
    followed = fetch(answer["Location"])
    assert followed.headers["Content-Type"] == "video/mp4" and followed.content == COLOURED


def test_a_lost_film_is_not_found(home: Client, film: Picture) -> None:
    film.shown.result.delete(save=False)
    assert home.get(result(film), headers={"Range": "bytes=0-1"}).status_code == 404
