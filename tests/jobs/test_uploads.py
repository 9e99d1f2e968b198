"""Uploads in pieces: resumed where they stopped, never more than was promised, nothing twice."""

import io
import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Picture
from jobs.models import Item, Job, JobFile
from jobs.services import jobs, reading, uploads
from tests.cast import grey
from tests.jobs.batch import JSON, Browser, work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]


@pytest.fixture
def browser(owner: User) -> Browser:
    return Browser(logged_in(owner)).begin()


def test_an_upload_goes_on_where_it_stopped(browser: Browser) -> None:
    photo = grey(1)
    (entry,) = browser.promise(("one.png", len(photo))).json()
    first = browser.send(entry["id"], photo[:50])
    assert first.status_code == 204 and first["Upload-Offset"] == "50"
    # After a reload, from another process or machine: all is in the database and the store.
    for method in ("get", "head"):
        told = getattr(browser.client, method)(browser.place(entry["id"]))
        assert told["Upload-Offset"] == "50"
    assert browser.send(entry["id"], photo[50:], 50)["Upload-Offset"] == str(len(photo))
    browser.finish()
    assert Picture.objects.get().original.read() == photo


def test_a_piece_that_comes_twice_or_elsewhere_is_told_where_to_go_on(browser: Browser) -> None:
    photo = grey(1)
    (entry,) = browser.promise(("one.png", len(photo))).json()
    browser.send(entry["id"], photo[:50])
    for offset in (0, 49, 51, 10**12):
        answer = browser.send(entry["id"], photo[:50], offset)
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "50")
        assert answer.json()["error"] == "wrong_offset"
    assert JobFile.objects.count() == 1


def test_two_tabs_at_once_store_one_piece(
    browser: Browser, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's piece comes while this one is being stored."""
    photo = grey(1)
    (entry,) = browser.promise(("one.png", len(photo))).json()
    real = uploads.check

    def check(item: Item, offset: int, data: bytes) -> None:
        real(item, offset, data)
        monkeypatch.setattr(uploads, "check", real)
        assert uploads.append(item, 0, photo[:50]) == 50

    monkeypatch.setattr(uploads, "check", check)
    answer = browser.send(entry["id"], photo[:60])
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "50")
    assert JobFile.objects.count() == len(media()) == 1


@pytest.mark.parametrize("name", ["one.png", "one.xmp"])
def test_the_last_piece_and_its_turn_come_together_or_not_at_all(
    browser: Browser, media: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Else a process that is killed in between leaves a whole upload that nobody works on."""
    (entry,) = browser.promise((name, 50)).json()

    def fail(*_: Any) -> None:
        raise OSError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "queue_up", fail)
        with pytest.raises(OSError):
            uploads.append(Item.objects.get(), 0, bytes(50))
    assert not JobFile.objects.exists() and media() == []
    assert browser.send(entry["id"], bytes(50)).status_code == 204
    assert Item.objects.get().state == "waiting"


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "\u0661", "9" * 30])
def test_a_strange_offset_is_refused(browser: Browser, offset: str) -> None:
    (entry,) = browser.promise(("one.png", 100)).json()
    headers = JSON | ({"Upload-Offset": offset} if offset.isascii() else {})
    answer = browser.client.patch(browser.place(entry["id"]), b"x", headers=headers)
    assert answer.status_code == 400 and answer.json()["error"] == "bad_field"


def test_no_more_comes_than_was_promised_nor_in_larger_pieces(
    browser: Browser, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = browser.promise(("one.png", 100)).json()
    answer = browser.send(entry["id"], bytes(101))
    assert (answer.status_code, answer.json()["error"]) == (413, "more_than_promised")
    monkeypatch.setattr("jobs.views.uploads.PIECE_BYTES", 50)
    answer = browser.send(entry["id"], bytes(51))
    assert (answer.status_code, answer.json()["error"]) == (413, "piece_too_large")
    assert media() == []


def test_a_full_store_says_so_and_keeps_what_arrived(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = grey(1)
    (entry,) = browser.promise(("one.png", len(photo))).json()
    browser.send(entry["id"], photo[:50])
    with monkeypatch.context() as full:

        def save(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        full.setattr("gallery.services.files.default_storage.save", save)
        assert browser.send(entry["id"], photo[50:], 50).status_code == 507
    assert browser.send(entry["id"], photo[50:], 50).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        *("", "no json", "{}", "[]", "[1]", '[{"name": "a"}]', '[{"name": "", "size": 1}]'),
        *('[{"name": "a", "size": -1}]', '[{"name": "a", "size": true}]', "[" * 10_000),
        '[{"name": "a", "size": 1e400}]',
    ],
)
def test_a_strange_list_of_files_is_refused(browser: Browser, body: str) -> None:
    place = f"{browser.job['url']}/items"
    answer = browser.client.post(place, body, "application/json", headers=JSON)
    assert answer.status_code == 400 and not Item.objects.exists()


def test_a_batch_holds_so_many_files_and_bytes(browser: Browser, settings: Any) -> None:
    settings.BATCH_PHOTOS, settings.BATCH_BYTES, settings.PHOTO_MAX_BYTES = 3, 1000, 600
    assert browser.promise(*[("a.png", 1)] * 4).json()["error"] == "batch_full"
    assert browser.promise(("a.png", 600), ("b.png", 500)).status_code == 413
    assert browser.promise(("a.png", 600)).status_code == 201
    assert browser.promise(("b.png", 401)).json()["error"] == "batch_full"


def test_a_file_that_is_too_large_fails_alone(browser: Browser, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 1000
    large, small = browser.promise(("large.png", 1001), ("small.png", len(grey(1)))).json()
    assert large["error"]["error"] == "too_large" and small["error"] is None
    assert browser.send(large["id"], b"x").status_code == 409
    browser.send(small["id"], grey(1))
    told = browser.finish()
    assert [item["state"] for item in told["items"]] == ["failed", "done"]


def test_nothing_arrives_for_a_job_that_is_over(browser: Browser, media: Any) -> None:
    (entry,) = browser.promise(("one.png", 100)).json()
    assert browser.do("cancel").json()["state"] == "cancelled"
    assert browser.send(entry["id"], bytes(10)).json()["error"] == "too_late"
    assert browser.promise(("two.png", 100)).json()["error"] == "too_late"
    # What never arrived is not tried again either.
    assert browser.do("retry").json()["counts"]["cancelled"] == 1
    assert media() == []


def test_open_batches_are_limited(owner: User, settings: Any) -> None:
    settings.BATCHES_AT_ONCE = settings.VISITOR_BATCHES = 2
    for client, until in ((logged_in(owner), "is done"), (Client(), "has expired")):
        for _ in range(2):
            Browser(client).begin()
        answer = client.post("/batch", headers=JSON)
        assert (answer.status_code, answer.json()["error"]) == (429, "too_many_batches")
        assert f"Wait until one {until}, or" in answer.json()["message"]
    settings.VISITORS_BYTES, settings.VISITOR_BATCHES = 0, 10
    answer = Client().post("/batch", headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (503, "no_room_for_visitors")


def test_cancelled_uploads_do_not_fill_the_disk(browser: Browser, settings: Any) -> None:
    settings.BATCHES_AT_ONCE, settings.BATCH_BYTES = 1, 200
    (entry,) = browser.promise(("one.png", 200)).json()
    browser.send(entry["id"], bytes(200))
    browser.do("cancel")
    answer = browser.client.post("/batch", headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_batches")
    assert "Wait until one has expired, or" in answer.json()["message"]
    browser.do("delete")
    assert browser.client.post("/batch", headers=JSON).status_code == 201


def test_pieces_are_read_back_as_one_file(browser: Browser) -> None:
    data = bytes(range(256))
    (entry,) = browser.promise(("one.png", 256)).json()
    for place in range(0, 256, 50):
        browser.send(entry["id"], data[place : place + 50], place)
    item = Item.objects.get()
    assert reading.content(item) == data
    with reading.opened(item) as file:
        assert file.read() == data and file.seek(-30, io.SEEK_END) == 226
        assert file.read(100) == data[226:] and file.seek(45) == 45
        assert file.read(10) == data[45:55]


def test_abandoned_uploads_end_and_give_their_room_back(
    browser: Browser, media: Any, settings: Any
) -> None:
    one, two = browser.promise(("one.png", len(grey(1))), ("two.png", 100)).json()
    browser.send(one["id"], grey(1))
    browser.send(two["id"], bytes(50))
    assert uploads.give_up_abandoned() == 0
    settings.UPLOAD_HOURS = 0
    assert uploads.give_up_abandoned() == 1
    work_off()
    told = browser.read()
    assert [item["state"] for item in told["items"]] == ["done", "failed"]
    assert told["items"][1]["error"]["error"] == "never_arrived" and told["state"] == "done"
    assert not [name for name in media() if name.startswith("jobs/")]


ADDRESSES = {
    "get": ["", "/items/{item}", "/items/{item}/result", "/zip"],
    "post": ["/items", "/close", "/cancel", "/retry", "/delete"],
    "patch": ["/items/{item}"],
}


@pytest.mark.parametrize("accept", [{}, JSON])
def test_a_persons_job_is_nobody_elses(
    browser: Browser, stranger: User, moderator: User, accept: dict[str, str]
) -> None:
    browser.send_all({"one.png": grey(1)})
    item, secret = Item.objects.get(), "The secret of Aunt Mary"
    Job.objects.update(title=secret)
    before = Item.objects.values().get()
    for client in (Client(), logged_in(stranger), logged_in(moderator)):
        for method, places in ADDRESSES.items():
            for place in places:
                address = browser.job["url"] + place.format(item=item.pk)
                answer = getattr(client, method)(address, headers=accept)
                assert answer.status_code == 404, (method, place)
                assert secret not in answer.content.decode()
    assert Item.objects.values().get() == before and Job.objects.exists()


def test_an_item_is_found_by_its_own_job_only(browser: Browser, owner: User) -> None:
    browser.send_all({"one.png": grey(1)})
    other = Browser(browser.client).begin()
    answer = browser.client.get(other.place(Item.objects.get().pk), headers=JSON)
    assert answer.status_code == 404


def test_a_visitors_job_is_for_those_who_know_its_address(stranger: User) -> None:
    visitor = Browser().begin().send_all({"one.png": grey(1)})
    visitor.finish()
    for client in (Client(), logged_in(stranger)):
        assert client.get(visitor.job["url"], headers=JSON).status_code == 200
    assert client.get("/jobs", headers=JSON).json() == {"jobs": []}


def test_a_form_of_another_site_changes_nothing(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post("/batch", headers=JSON).json()["error"] == "form_expired"
    token = client.get("/batch").cookies["csrftoken"].value
    job = client.post("/batch", headers=JSON | {"X-CSRFToken": token})
    assert job.status_code == 201
    body = json.dumps([{"name": "a.png", "size": 3}])
    place = f"{job.json()['url']}/items"
    asked = client.post(place, body, "application/json", headers=JSON | {"X-CSRFToken": token})
    upload = f"{place}/{asked.json()[0]['id']}"
    assert client.patch(upload, b"abc", headers=JSON | {"Upload-Offset": "0"}).status_code == 403
    headers = JSON | {"Upload-Offset": "0", "X-CSRFToken": token}
    assert client.patch(upload, b"abc", headers=headers).status_code == 204
