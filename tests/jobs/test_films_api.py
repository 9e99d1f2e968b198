"""Films by the API: whole, in pieces, damaged, and refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from gallery.models import Album, Picture
from jobs import worker
from jobs.models import Job
from tests.cast import person
from tests.gallery.api import Api
from tests.jobs import reels
from tests.jobs.batch import work_off
from tests.jobs.reels import film
from tests.jobs.test_api import piece, problem, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "reel")]


@pytest.fixture
def reel(monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)


@pytest.fixture
def api(owner: User) -> Api:
    return Api(owner)


def wedding(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("Wedding.mp4", film(2) if data is None else data)


def test_a_whole_film_in_one_request(api: Api, owner: User) -> None:
    album = Album.objects.create(owner=owner, name="1950s")
    asked = {"vividness": "0.5", "best": "true", "end": "30", "title": "Our wedding"}
    begun = send(api, "videos", film=wedding(), album=str(album.pk), **asked)
    job = begun.json()
    assert begun.status_code == 202 and begun["Location"] == job["url"], job
    assert (job["kind"], job["film"]["step"]) == ("film", "waiting")
    work_off()
    told = api.get(job["url"]).json()
    assert (told["state"], told["film"]["progress"]) == ("done", 1)
    kept = Picture.objects.get()
    assert (kept.title, kept.album) == ("Our wedding", album)
    options = kept.shown.options
    assert (options["vividness"], options["best"], options["end"]) == (0.5, True, 30)
    assert api.get(told["film"]["picture"]).json()["title"] == "Our wedding"
    assert b"".join(api.get(told["film"]["result"])) == b"film of <0><1>"


def test_pieces_can_be_watched_while_others_are_coloured(api: Api) -> None:
    job = send(api, "videos", film=wedding()).json()
    for _ in range(2):
        worker.do_next()
    (piece,) = api.get(job["url"]).json()["film"]["pieces"]
    assert (piece["start"], piece["end"]) == (0, 20)
    watched = api.get(piece["result"])
    assert (watched["Content-Type"], b"".join(watched)) == ("video/mp4", b"<0>")
    assert Api(person("another")).get(piece["result"]).status_code == 404
    work_off()
    assert api.get(job["url"]).json()["film"]["pieces"] == []
    assert api.get(piece["result"]).status_code == 404


def test_a_film_in_pieces(api: Api) -> None:
    data = film(2)
    begun = api.post("videos", {"name": "Wedding.mp4", "size": len(data), "start": 1.5})
    job = begun.json()
    assert begun.status_code == 201 and begun["Location"] == job["url"]
    (item,) = job["items"]
    assert piece(api, item["url"], data[:20], 0)["Upload-Offset"] == "20"
    wrong = piece(api, item["url"], data, 0)
    assert problem(wrong) == (409, "wrong_offset") and wrong["Upload-Offset"] == "20"
    assert piece(api, item["url"], data[20:], 20).status_code == 204
    work_off()
    assert api.get(job["url"]).json()["state"] == "done"
    assert Picture.objects.get().shown.options["start"] == 1.5


def test_what_can_be_read_of_a_damaged_film(api: Api) -> None:
    job = send(api, "videos", film=wedding(film(3, damaged=[1]))).json()
    assert problem(api.post(f"jobs/{job['id']}/leave-out", {})) == (409, "too_late")
    work_off()
    assert api.get(job["url"]).json()["error"]["error"] == "film_damaged"
    assert api.post(f"jobs/{job['id']}/leave-out", {}).status_code == 202
    work_off()
    told = api.get(job["url"]).json()
    assert told["film"]["left_out"] == [{"start": 20, "end": 40}] and told["state"] == "done"


def test_a_request_with_a_key_makes_one_film(api: Api) -> None:
    key = {"Idempotency-Key": "wedding"}
    first = send(api, "videos", key, film=wedding()).json()
    again = send(api, "videos", key, film=wedding())
    assert again.json() == first and again["Idempotency-Replayed"] == "true"
    assert problem(send(api, "videos", key, film=wedding(film(3)))) == (422, "key_reused")
    assert Job.objects.count() == 1


def test_a_job_of_photos_says_nothing_of_a_film(api: Api) -> None:
    assert api.post("jobs", {}).json()["film"] is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "bad_field")),
        ({"name": "a.mp4"}, (400, "bad_field")),
        ({"name": "a.mp4", "size": "10"}, (400, "bad_field")),
        ({"name": "a.mp4", "size": 10, "colour": "red"}, (400, "bad_field")),
        ({"name": "a.mp4", "size": 10, "best": "yes"}, (400, "bad_field")),
        ({"name": "a.mp4", "size": 10**15}, (413, "film_file_too_large")),
        ([], (400, "bad_field")),
    ],
)
def test_what_is_wrong_is_said(api: Api, body: Any, expected: tuple[int, str]) -> None:
    assert problem(api.post("videos", body)) == expected
    assert not Job.objects.exists()


def test_forms_are_checked_too(api: Api) -> None:
    assert problem(send(api, "videos", film=wedding(), best="2")) == (400, "bad_option")
    assert problem(send(api, "videos", film=[wedding(), wedding()])) == (400, "several_films")
    assert problem(send(api, "videos", image=wedding())) == (400, "bad_field")
    assert problem(send(api, "videos", title="x")) == (400, "bad_field")
    assert not Job.objects.exists()


def test_a_film_is_its_owners_alone(api: Api, stranger: User) -> None:
    job = send(api, "videos", film=wedding()).json()
    other = Api(stranger)
    answers = [other.get(job["url"]), other.post(f"jobs/{job['id']}/leave-out", {})]
    assert {problem(answer) for answer in answers} == {(404, "not_found")}
    assert Api(stranger, "read").post("videos", {}).status_code == 403
