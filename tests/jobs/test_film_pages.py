"""What people read about films before any script: the form, the way to it, and a film's page."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize import films
from jobs import worker
from jobs.models import Job
from jobs.text import length
from tests.jobs import reels
from tests.jobs.batch import work_off
from tests.jobs.reels import film
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "reel")]


@pytest.fixture
def reel(monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)


def upload(data: bytes, name: str = "Wedding.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def read(client: Client, path: str) -> str:
    return plain(client.get(path).content.decode())


def plain(page: str) -> str:
    """What is read of it, in one line."""
    shown = re.sub(r"<template.*?</template>|<script.*?</script>|<[^>]*>", "", page, flags=re.S)
    return " ".join(shown.replace("\N{NO-BREAK SPACE}", " ").split())


def sent(client: Client, data: bytes) -> str:
    """A film's page, just begun."""
    response = client.post("/film", {"film": upload(data)})
    assert response.status_code == 302, response.content
    return str(response["Location"])


@pytest.mark.parametrize(
    ("seconds", "said"), [(60, "60 seconds"), (90, "90 seconds"), (3600, "60 minutes")]
)
def test_lengths_are_said_in_the_largest_unit_that_fits(seconds: int, said: str) -> None:
    assert length(seconds) == said


def test_the_form_names_the_limits_of_who_reads_it(client: Client, owner: User) -> None:
    visitors, own = read(client, "/film"), read(logged_in(owner), "/film")
    assert "Up to 60 seconds at a time." in visitors and "up to 200 MB" in visitors
    assert "The film is kept for a day, then deleted." in visitors
    assert "Up to 60 minutes at a time." in own and "up to 2 GB" in own
    assert "is kept for" not in own


def test_every_option_of_a_film_has_its_field(client: Client) -> None:
    page = client.get("/film").content.decode()
    for name in ("vividness", "best", "start", "end", "incomplete", "film", "title", "email"):
        assert page.count(f'name="{name}"') == 1, name
    assert 'accept="video/*,' in page and ".webm" in page


def test_where_visitors_may_send_none_they_are_asked_to_log_in(
    client: Client, settings: Any, owner: User
) -> None:
    settings.VISITOR_FILM_BYTES = 0
    page = client.get("/film").content.decode()
    assert "Films are coloured for people with an account here." in page
    assert 'type="file"' not in page and "/accounts/login/?next=/film" in page
    assert 'type="file"' in logged_in(owner).get("/film").content.decode()


def test_where_films_are_off_the_page_says_so_and_no_tab_leads_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'href="/film"' in client.get("/").content.decode()
    monkeypatch.setattr(films, "are_on", lambda: False)
    for response in (client.get("/film"), client.post("/film", {"film": upload(film())})):
        assert response.status_code == 503
        assert "Films are switched off on this site." in response.content.decode()
    assert 'href="/film"' not in client.get("/").content.decode()
    assert "How do I colour a film?" not in client.get("/faq").content.decode()
    answer = client.post("/", {"image": upload(film())}).content.decode()
    assert "a video, not a photo" in answer and 'href="/film"' not in answer


def test_the_form_of_a_photo_says_where_films_go(client: Client) -> None:
    answer = client.post("/", {"image": upload(film())})
    assert answer.status_code == 415
    assert '<a href="/film">Colour a film</a>' in answer.content.decode()
    letter = client.post("/", {"image": upload(b"Dear Sir", "letter.jpg")}).content.decode()
    assert "Colour a film" not in letter


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "choose one first"),
        ({"film": upload(film()), "start": "-1"}, "From (seconds)|start"),
        ({"film": upload(film()), "vividness": "2"}, "vividness"),
    ],
)
def test_what_is_wrong_is_said_above_the_form(client: Client, form: Any, said: str) -> None:
    response = client.post("/film", form)
    page = response.content.decode()
    assert response.status_code == 400 and re.search(said, page) and 'id="film-form"' in page
    assert not Job.objects.exists()


def test_one_that_is_too_large_for_a_form_is_told_what_to_do(client: Client, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 1_000_000
    response = client.post("/film", {"film": upload(film(padding=1_200_000))})
    assert response.status_code == 413
    told = plain(response.content.decode())
    assert "larger than 1 MB, the most that can be sent without JavaScript." in told
    assert "up to 1 MB without JavaScript." in told
    settings.VISITOR_FILM_BYTES = 900_000
    assert "up to 900 kB without JavaScript." in plain(client.get("/film").content.decode())


def test_the_faq_has_the_limits_as_they_are_set(client: Client, settings: Any) -> None:
    settings.FILM_SECONDS, settings.VISITOR_FILM_BYTES = 600, 30_000_000
    page = read(client, "/faq")
    assert "up to 2 GB and 10 minutes with an account, 30 MB and 60 seconds without" in page
    settings.VISITOR_FILM_BYTES = 0
    assert "up to 2 GB and 10 minutes with an account." in read(client, "/faq")


def test_the_page_of_a_film_shows_what_there_is_of_it(client: Client) -> None:
    path = sent(client, film(2))
    assert "The film is waiting for its turn." in read(client, path)
    worker.do_next()
    worker.do_next()
    page = client.get(path).content.decode()
    assert "0:20 of 0:40 is in colour." in page and "0:00–0:20" in page
    assert page.count("<video") == 1 + 1  # and the one in the template
    work_off()
    page = client.get(path).content.decode()
    assert "Your film is in colour." in page and "?download" in page and "poster=" in page


def test_a_film_in_the_gallery_has_a_link_to_it(owner: User) -> None:
    client = logged_in(owner)
    path = sent(client, film(2))
    work_off()
    page = client.get(path).content.decode()
    assert re.search(r'href="/pictures/[0-9a-f-]{36}"', page) and "In your gallery" in page


def test_of_a_damaged_film_the_page_offers_what_can_be_read(client: Client) -> None:
    path = sent(client, film(3, damaged=[1]))
    work_off()
    page = client.get(path).content.decode()
    form = re.search(r'<form[^>]*action="[^"]*leave-out"[^>]*>', page)
    assert form and "hidden" not in form[0] and "Part of the film cannot be read" in page
    client.post(f"{path}/leave-out")
    work_off()
    assert "Left out, because it could not be read: 0:20 to 0:40." in read(client, path)
