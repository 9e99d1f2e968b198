"""Jobs by the API: the whole way, and what is refused."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from gallery.models import Album, Picture
from jobs.models import Item, Job
from tests.cast import grey
from tests.gallery.api import ERROR_KEYS, Api
from tests.jobs.batch import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed", "media")]


@pytest.fixture
def api(owner: User) -> Api:
    return Api(owner)


def photos(*shades: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{shade}.png", grey(shade)) for shade in shades]


def send(api: Api, path: str, headers: Any = None, **fields: Any) -> Any:
    """A form."""
    return api.client.post(f"/api/v1/{path}", fields, headers=api.headers | (headers or {}))


def piece(api: Api, url: str, data: bytes, offset: Any) -> Any:
    headers = api.headers | {"Upload-Offset": str(offset)}
    return api.client.patch(url, data, "application/octet-stream", headers=headers)


def problem(response: Any) -> tuple[int, str]:
    assert set(response.json()) == ERROR_KEYS, response.json()
    return response.status_code, response.json()["error"]


def test_several_photos_in_one_request(api: Api, owner: User) -> None:
    album = Album.objects.create(owner=owner, name="1950s")
    images = photos(1, 2)
    begun = send(api, "jobs", images=images, vividness="0.3", title="Old", album=str(album.pk))
    job = begun.json()
    assert begun.status_code == 202 and begun["Location"] == job["url"]
    assert (job["state"], job["title"], job["counts"]["waiting"]) == ("running", "Old", 2)
    work_off()
    done = api.get(job["url"])
    assert done.json()["state"] == "done" and "Retry-After" not in done
    for item in done.json()["items"]:
        picture = api.get(item["picture"]).json()
        assert (picture["vividness"], picture["album"]["id"]) == (0.3, str(album.pk))
        assert api.get(item["result"])["Content-Type"] == "image/jpeg"
        assert api.get(item["thumbnail"]).status_code == 200
    whole = b"".join(api.get(f"{job['url']}/zip"))
    assert len(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == 2


def test_a_large_zip_is_made_by_a_job_first(api: Api, settings: Any) -> None:
    settings.ZIP_STREAM_BYTES = 1
    job = send(api, "jobs", images=photos(1, 2)).json()
    work_off()
    making = api.get(f"{job['url']}/zip")
    assert making.status_code == 202 and making["Location"] == making.json()["url"]
    assert making.json()["kind"] == "zip"
    assert problem(api.get(f"{making['Location']}/zip")) == (404, "not_found")
    work_off()
    whole = b"".join(api.get(f"{making['Location']}/zip"))
    assert len(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == 2


def test_one_by_one_whole_or_in_pieces(api: Api) -> None:
    opened = api.post("jobs", {"vividness": 0.2, "title": "Scans"})
    job = opened.json()
    assert (opened.status_code, opened["Location"], job["state"]) == (201, job["url"], "open")
    place = f"jobs/{job['id']}/items"
    whole = send(api, place, image=photos(1)[0])
    assert (whole.status_code, whole.json()["received"]) == (201, len(grey(1)))
    data = grey(2)
    item = api.post(place, {"name": "2.png", "size": len(data)}).json()
    assert (item["state"], item["received"]) == ("uploading", 0)
    assert piece(api, item["url"], data[:10], 0)["Upload-Offset"] == "10"
    wrong = piece(api, item["url"], data[:10], 0)
    assert problem(wrong) == (409, "wrong_offset") and wrong["Upload-Offset"] == "10"
    assert api.get(item["url"])["Upload-Offset"] == "10"
    assert piece(api, item["url"], data[10:], 10).status_code == 204
    assert api.post(f"jobs/{job['id']}/start", None).status_code == 202
    work_off()
    assert api.get(job["url"]).json()["counts"]["done"] == 2
    assert Picture.objects.count() == 2
    assert problem(send(api, place, image=photos(3)[0])) == (409, "too_late")


def test_waiting_costs_nothing_while_nothing_changes(api: Api) -> None:
    job = send(api, "jobs", images=photos(1)).json()
    first = api.get(job["url"])
    again = api.get(job["url"], If_None_Match=first["ETag"])
    assert first["Retry-After"] == again["Retry-After"] == "1"
    assert (again.status_code, again.content) == (304, b"")
    work_off()
    assert api.get(job["url"], If_None_Match=first["ETag"]).status_code == 200


def test_cancel_try_again_and_forget(api: Api) -> None:
    job = send(api, "jobs", images=photos(1, 2)).json()
    assert api.delete(job["url"]).status_code == 204
    assert api.delete(job["url"]).status_code == 204
    assert api.get(job["url"]).json()["state"] == "cancelled"
    one = Item.objects.order_by("position").first()
    assert one and api.post(f"jobs/{job['id']}/retry", {"item": one.pk}).status_code == 202
    work_off()
    counts = api.get(job["url"]).json()["counts"]
    assert (counts["done"], counts["cancelled"]) == (1, 1)
    assert api.delete(f"{job['url']}?forget=true").status_code == 204
    assert problem(api.get(job["url"])) == (404, "not_found")
    assert Picture.objects.count() == 1


def test_a_request_with_a_key_makes_one_job(api: Api) -> None:
    key = {"Idempotency-Key": "scans"}
    first = send(api, "jobs", key, images=photos(1)).json()
    again = send(api, "jobs", key, images=photos(1))
    assert again.json() == first and again["Idempotency-Replayed"] == "true"
    assert Job.objects.count() == 1
    assert problem(send(api, "jobs", key, images=photos(2))) == (422, "key_reused")


def test_lists_have_pages(api: Api) -> None:
    made = [api.post("jobs", {"title": str(number)}).json()["id"] for number in range(3)]
    page = api.get("jobs?limit=2").json()
    rest = api.get(page["next"]).json()
    assert [job["id"] for job in [*page["results"], *rest["results"]]] == made[::-1]
    assert rest["next"] is None
    job = send(api, "jobs", images=photos(1, 2, 3)).json()
    part = api.get(f"{job['url']}?limit=2").json()
    assert [item["position"] for item in part["items"]] == [0, 1]
    assert [item["position"] for item in api.get(part["next"]).json()["items"]] == [2]


def test_a_job_is_its_owners_alone(api: Api, stranger: User) -> None:
    job = send(api, "jobs", images=photos(1)).json()
    item, other = job["items"][0]["url"], Api(stranger)
    assert other.get("jobs").json()["results"] == []
    below = [job["url"], f"{job['url']}/zip", item]
    answers = [other.get(path) for path in below]
    answers += [other.post(f"{job['url']}/{way}", {}) for way in ("start", "retry", "items")]
    answers += [other.delete(job["url"]), piece(other, item, b"x", 0)]
    assert {problem(answer) for answer in answers} == {(404, "not_found")}


def test_a_token_that_reads_only_reads(api: Api, owner: User) -> None:
    job, reader = api.post("jobs", {}).json(), Api(owner, "read")
    assert reader.get(job["url"]).status_code == reader.get("jobs").status_code == 200
    answers = [reader.post("jobs", {}), reader.delete(job["url"])]
    assert {answer.status_code for answer in answers} == {403}


def test_a_token_that_reads_starts_no_zip(api: Api, owner: User, settings: Any) -> None:
    job, reader = send(api, "jobs", images=photos(1)).json(), Api(owner, "read")
    work_off()
    assert reader.get(f"{job['url']}/zip").status_code == 200
    settings.ZIP_STREAM_BYTES = 1
    refused = reader.get(f"{job['url']}/zip")
    assert problem(refused) == (403, "not_allowed") and "read-only" in refused.json()["message"]
    assert Job.objects.count() == 1
    made = api.get(f"{job['url']}/zip")["Location"]
    work_off()
    assert reader.get(f"{made}/zip").status_code == 200


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"vividness": 2}, (400, "bad_field")),
        ({"colour": "red"}, (400, "bad_field")),
        ({"album": "7b0b3d2f-5c0f-4b6d-9a9d-1d2f3e4c5b6a"}, (404, "not_found")),
        ({"notify": "perhaps"}, (400, "bad_field")),
        ([], (400, "bad_field")),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left(
    api: Api, fields: Any, expected: tuple[int, str]
) -> None:
    assert problem(api.post("jobs", fields)) == expected
    assert not Job.objects.exists()


def test_an_unknown_field_is_told_all_that_are_known(api: Api) -> None:
    as_json, as_form = api.post("jobs", {"colour": "red"}), send(api, "jobs", image=photos(1)[0])
    assert "Known fields: vividness, network, " in as_json.json()["message"]
    assert "Known fields: images, vividness, network, " in as_form.json()["message"]
    for answer in (as_json, as_form):
        assert answer.json()["message"].endswith(", notify, callback_url, title, album.")


def test_forms_are_checked_too(api: Api, media: Any) -> None:
    assert problem(send(api, "jobs", vividness="2")) == (400, "bad_option")
    assert problem(send(api, "jobs", image=photos(1)[0])) == (400, "bad_field")
    job = api.post("jobs", {}).json()
    place = f"jobs/{job['id']}/items"
    assert problem(send(api, place, image=photos(1, 2))) == (400, "several_photos")
    assert problem(send(api, place, photo=photos(1)[0])) == (400, "bad_field")
    assert problem(send(api, place, image="x")) == (400, "no_photo")
    assert problem(api.post(place, {"name": "a.png"})) == (400, "bad_field")
    item = api.post(place, {"name": "a.png", "size": 4}).json()
    assert problem(piece(api, item["url"], b"12345", 0)) == (413, "more_than_promised")
    assert problem(piece(api, item["url"], b"1", "x")) == (400, "bad_field")
    assert media() == []


def test_more_than_a_batch_holds_leaves_nothing(api: Api, settings: Any, media: Any) -> None:
    settings.BATCH_PHOTOS = 1
    assert problem(send(api, "jobs", images=photos(1, 2))) == (413, "batch_full")
    assert not Job.objects.exists() and media() == []
    assert json.loads(api.get("jobs").content)["results"] == []
