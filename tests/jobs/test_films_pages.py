"""Films as a page's script sees them: begun, followed piece by piece, played, and put right."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs import worker
from jobs.models import Item, ItemState, Job
from tests.jobs import reels
from tests.jobs.batch import JSON, Browser, work_off
from tests.jobs.reels import film
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "reel")]


@pytest.fixture
def reel(monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)


class FilmBrowser(Browser):
    def open(self, data: bytes, **form: Any) -> "FilmBrowser":
        """Announce a film, and send it."""
        asked = {"name": "Wedding.mp4", "size": len(data)} | form
        response = self.client.post("/film", asked, headers=JSON)
        assert response.status_code == 201, response.content
        self.job = response.json()
        assert response["Location"] == self.job["url"]
        assert self.job["film"]["step"] == "uploading"
        (item,) = self.job["items"]
        assert self.send(item["id"], data).status_code == 204
        return self

    def told(self) -> Any:
        return self.read()["film"]


@pytest.fixture
def visitor() -> FilmBrowser:
    return FilmBrowser()


@pytest.fixture
def browser(owner: User) -> FilmBrowser:
    return FilmBrowser(logged_in(owner))


def test_pieces_can_be_played_while_others_are_coloured(visitor: FilmBrowser) -> None:
    visitor.open(film(3))
    assert (visitor.told()["step"], visitor.job["words"]) == (
        "waiting",
        "The film is waiting for its turn.",
    )
    worker.do_next()
    told = visitor.told()
    assert (told["seconds"], told["coloured"], told["notes"]) == (60, 0, ["It has no sound."])
    assert (told["width"], told["height"]) == (640, 480)
    worker.do_next()
    worker.do_next()
    told = visitor.told()
    assert (told["step"], told["progress"], told["coloured"]) == ("colouring", 0.6667, 40)
    assert visitor.job["words"] == "0:40 of 1:00 is in colour." and told["result"] is None
    assert [(piece["start"], piece["end"]) for piece in told["pieces"]] == [(0, 20), (20, 40)]
    second = Client().get(told["pieces"][1]["result"])
    assert (second["Content-Type"], b"".join(second)) == ("video/mp4", b"<1>")
    worker.do_next()
    assert visitor.told()["step"] == "joining"


def test_a_visitors_film_can_be_played_and_saved(visitor: FilmBrowser) -> None:
    visitor.open(film(2))
    work_off()
    told = visitor.told()
    assert (told["step"], visitor.job["words"]) == ("done", "Your film is in colour.")
    assert visitor.job["kept"] and "retry" not in visitor.job["actions"] and told["pieces"] == []
    saved = Client().get(told["download"])
    assert 'filename="Wedding-colorized.mp4"' in saved["Content-Disposition"]
    assert b"".join(saved) == b"film of <0><1>"
    for name in ("poster", "before", "strip"):
        assert Client().get(told[name])["Content-Type"] == "image/jpeg", name


def test_a_film_of_an_account_leads_to_its_picture(browser: FilmBrowser) -> None:
    told = browser.open(film(2)).told()
    work_off()
    told = browser.told()
    assert b"".join(browser.client.get(told["result"])) == b"film of <0><1>"
    assert told["picture"].startswith("/pictures/")
    assert Client().get(browser.job["url"], headers=JSON).status_code == 404


def test_progress_within_a_piece_counts(visitor: FilmBrowser) -> None:
    visitor.open(film(2))
    worker.do_next()
    first = Item.objects.filter(payload__has_key="piece").order_by("position")[:1]
    Item.objects.filter(pk__in=first).update(
        state=ItemState.RUNNING, progress=0.5, started_at="2026-01-01T00:00:00Z"
    )
    told = visitor.told()
    assert (told["step"], told["coloured"], told["progress"]) == ("colouring", 10, 0.25)


def test_a_damaged_film_offers_to_colour_what_can_be_read(visitor: FilmBrowser) -> None:
    visitor.open(film(3, damaged=[1]))
    work_off()
    job = visitor.read()
    assert job["actions"] == ["leave_out"] and "cannot be read" in job["words"]
    assert visitor.do("leave-out").status_code == 200
    work_off()
    told = visitor.told()
    assert told["step"] == "done" and told["left_out"] == [{"start": 20, "end": 40}]
    assert visitor.do("leave-out").json()["error"] == "too_late"


def test_a_film_that_was_cancelled_can_go_on(visitor: FilmBrowser) -> None:
    visitor.open(film(2))
    worker.do_next()
    assert visitor.do("cancel").json()["film"]["step"] == "cancelled"
    assert visitor.read()["actions"] == ["resume"]
    visitor.do("retry")
    work_off()
    assert visitor.told()["step"] == "done"


def test_what_failed_by_itself_can_be_tried_again(browser: FilmBrowser, settings: Any) -> None:
    browser.open(film(2))
    settings.QUOTA_PICTURES = 0
    work_off()
    assert browser.read()["actions"] == ["retry"] and browser.job["error"]["error"] == "over_quota"


def test_without_scripts_the_form_brings_the_film(visitor: FilmBrowser) -> None:
    sent = {"film": SimpleUploadedFile("Wedding.mp4", film(2)), "vividness": "0.5"}
    response = visitor.client.post("/film", sent)
    job = Job.objects.get()
    assert response.status_code == 302 and response["Location"] == job.get_absolute_url()
    work_off()
    page = visitor.client.get(job.get_absolute_url())
    assert "Your film is in colour." in page.content.decode()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "bad_field"),
        ({"name": "a.mp4"}, "bad_field"),
        ({"name": "a.mp4", "size": "10", "vividness": "2"}, "bad_option"),
        ({"name": "a.mp4", "size": "10", "start": "-1"}, "bad_option"),
        ({"name": "a.mp4", "size": str(10**15)}, "film_file_too_large"),
    ],
)
def test_what_is_wrong_is_said(visitor: FilmBrowser, form: Any, error: str) -> None:
    assert visitor.client.post("/film", form, headers=JSON).json()["error"] == error
    assert not Job.objects.exists()


def test_one_film_at_a_time(visitor: FilmBrowser) -> None:
    both = [SimpleUploadedFile("a.mp4", film(2)), SimpleUploadedFile("b.mp4", film(3))]
    answer = visitor.client.post("/film", {"film": both}, headers=JSON)
    assert answer.json()["error"] == "several_films" and not Job.objects.exists()


def test_only_a_film_can_leave_something_out() -> None:
    browser = Browser().begin()
    assert browser.do("leave-out").status_code == 409


def test_reading_many_films_asks_no_more_of_the_database(browser: FilmBrowser) -> None:
    browser.open(film(2))
    work_off()
    with CaptureQueriesContext(connection) as of_one:
        browser.client.get("/jobs", headers=JSON)
    for number in range(3):
        browser.open(film(2, name=number))
    with CaptureQueriesContext(connection) as of_four:
        assert len(browser.client.get("/jobs", headers=JSON).json()["jobs"]) == 4
    assert len(of_four) == len(of_one)


def test_all_items_of_a_film_are_read_once_to_describe_it(browser: FilmBrowser) -> None:
    browser.open(film(2))
    with CaptureQueriesContext(connection) as queries:
        browser.read()
    whole = [each for each in queries if "jobs_item" in each["sql"] and '"payload"' in each["sql"]]
    assert len([each for each in whole if "LIMIT" not in each["sql"]]) == 1
