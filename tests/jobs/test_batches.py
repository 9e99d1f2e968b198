"""Batches, from the first piece to the last result: in the gallery, or kept for a day."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gallery.models import Album, Picture
from gallery.services import bin
from jobs import ledger, worker
from jobs.models import Job, JobFile
from jobs.registry import Rest
from jobs.services import batches, jobs
from jobs.work import Work
from tests.cast import grey, picture
from tests.fakes import FakeNetwork
from tests.jobs.batch import Browser, item_named, work_off
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default"
>Wedding of Ann</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_a_batch_of_an_account_goes_into_the_gallery(owner: User, media: Any) -> None:
    browser = Browser(logged_in(owner))
    album = Album.objects.create(owner=owner, name="Grandma")
    browser.begin(album=album.pk, vividness="0.4", title="Old ones")
    told = browser.send_all({"one.png": grey(1), "two.png": grey(2)}).finish()
    assert told["state"] == "done" and told["counts"]["done"] == told["counts"]["total"] == 2
    pictures = Picture.objects.order_by("title")
    assert [each.title for each in pictures] == ["one", "two"]
    assert all(each.album == album and each.shown.made_with.vividness == 0.4 for each in pictures)
    assert not JobFile.objects.exists() and not [name for name in media() if "jobs/" in name]
    for item in told["items"]:
        for name in ("small", "before", "after", "result", "picture"):
            assert browser.client.get(item[name]).status_code == 200, name


def test_a_visitors_batch_is_kept_behind_its_address(media: Any) -> None:
    browser = Browser().begin()
    browser.send_all({"one.png": grey(1)}).finish()
    told = browser.read()
    assert told["state"] == "done" and told["expires_at"] and not Picture.objects.exists()
    (item,) = told["items"]
    for name in ("small", "before", "after", "result"):
        response = Client().get(item[name])
        assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"
    assert item["picture"] is None and len(media()) == 5
    assert browser.do("delete").status_code == 204
    assert Client().get(told["url"]).status_code == 404 and media() == []


def test_a_photo_that_is_in_the_gallery_is_not_coloured_again(
    owner: User, network: FakeNetwork
) -> None:
    kept = picture(owner, "Grandma", 7)
    browser = Browser(logged_in(owner)).begin()
    before = len(network.shapes)
    told = browser.send_all({"again.png": grey(7)}).finish()
    assert len(network.shapes) == before and Picture.objects.count() == 1
    assert told["items"][0]["picture"] == kept.get_absolute_url()


def coloured() -> Rest:
    """The next photo, which is not stored yet."""
    item = ledger.claim()
    assert item
    rest = batches.run(Work(item))
    assert rest
    return rest


@pytest.mark.parametrize("has_account", [True, False])
def test_a_photo_can_be_coloured_before_the_last_one_is_stored(
    owner: User, has_account: bool, media: Any
) -> None:
    browser = Browser(logged_in(owner) if has_account else Client()).begin()
    browser.send_all({"one.png": grey(1), "two.png": grey(2)}).do("close")
    before = media()
    first, second = coloured(), coloured()
    assert media() == before and browser.read()["counts"]["running"] == 2
    first()
    assert browser.read()["counts"]["done"] == 1
    second()
    assert browser.read()["state"] == "done"


def test_the_same_photo_twice_at_once_is_one_picture(owner: User, media: Any) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({"one.png": grey(1), "two.png": grey(1)}).do("close")
    first, second = coloured(), coloured()
    first()
    kept = [name for name in media() if "pictures/" in name]
    second()
    found = Picture.objects.get()
    assert {item["picture"] for item in browser.read()["items"]} == {found.get_absolute_url()}
    assert media() == kept


def test_a_photo_that_cannot_be_read_fails_alone_and_can_be_tried_again(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    told = browser.send_all({"note.jpg": b"no photo", "one.png": grey(1)}).finish()
    wrong, right = told["items"]
    assert (told["state"], wrong["state"], right["state"]) == ("done", "failed", "done")
    assert wrong["error"]["error"] == "wrong_type" and wrong["error"]["message"]
    # What failed may be tried again as long as its job is there: its upload is kept.
    assert browser.do("retry", item=wrong["id"]).json()["counts"]["waiting"] == 1
    work_off()
    assert browser.read()["items"][0]["error"]["error"] == "wrong_type"


def test_a_full_gallery_stops_the_batch_and_keeps_what_is_done(owner: User, settings: Any) -> None:
    settings.QUOTA_PICTURES = 1
    browser = Browser(logged_in(owner)).begin()
    told = browser.send_all({f"{shade}.png": grey(shade) for shade in (1, 2, 3)}).finish()
    assert told["state"] == "failed" and told["error"]["error"] == "over_quota"
    assert [item["state"] for item in told["items"]] == ["done", "failed", "failed"]
    settings.QUOTA_PICTURES = 10
    browser.do("retry")
    work_off()
    assert browser.read()["state"] == "done" and Picture.objects.count() == 3


def test_an_album_that_was_deleted_is_left_out(owner: User) -> None:
    album = Album.objects.create(owner=owner, name="Grandma")
    browser = Browser(logged_in(owner)).begin(album=album.pk)
    browser.send_all({"one.png": grey(1)})
    album.delete()
    assert browser.finish()["state"] == "done" and Picture.objects.get().album is None


@pytest.mark.parametrize("name", ["scan.png.xmp", "SCAN.xmp"])
def test_a_sidecar_counts_before_the_photos_own_words(owner: User, name: str) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({"scan.png": grey(1), name: XMP}).finish()
    assert Picture.objects.get().title == "Wedding of Ann" and not JobFile.objects.exists()


def test_a_photo_waits_for_its_sidecar_but_not_for_ever(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    photo, sidecar = browser.promise(("scan.png", len(grey(1))), ("scan.xmp", len(XMP))).json()
    browser.send(photo["id"], grey(1))
    work_off()
    assert item_named("scan.png").state == "uploading"
    browser.send(sidecar["id"], XMP[:10])
    browser.do("close", give_up="1")
    work_off()
    told = browser.read()
    assert [item["state"] for item in told["items"]] == ["done", "failed"]
    assert told["state"] == "done" and Picture.objects.get().title == "scan"
    # What never arrived is not tried again.
    assert browser.do("retry").json()["items"][1]["state"] == "failed"


def test_without_scripts_one_form_brings_all(owner: User) -> None:
    files = [SimpleUploadedFile(f"{shade}.png", grey(shade)) for shade in (1, 2)]
    response = logged_in(owner).post("/batch", {"files": files, "vividness": "0.5"})
    job = Job.objects.get()
    assert response.status_code == 302 and response["Location"] == job.get_absolute_url()
    work_off()
    assert job.items.filter(state="done").count() == Picture.objects.count() == 2


def test_asking_again_costs_little_until_something_changes(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({"one.png": grey(1)})
    headers = {"Accept": "application/json"}
    first = browser.client.get(browser.job["url"], headers=headers)
    headers["If-None-Match"] = first["ETag"]
    assert browser.client.get(browser.job["url"], headers=headers).status_code == 304
    browser.finish()
    assert browser.client.get(browser.job["url"], headers=headers).status_code == 200


def test_items_come_in_portions(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.promise(*((f"{number}.png", 10) for number in range(5)))
    place, headers = browser.job["url"], {"Accept": "application/json"}
    first = browser.client.get(f"{place}?limit=3", headers=headers).json()
    rest = browser.client.get(f"{place}?limit=3&after={first['next']}", headers=headers).json()
    names = [item["name"] for item in first["items"] + rest["items"]]
    assert names == [f"{number}.png" for number in range(5)] and rest["next"] is None
    assert browser.client.get(f"{place}?after=x", headers=headers).status_code == 400


def test_a_suspended_persons_batch_stops_with_a_word(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    browser.send_all({f"{shade}.png": grey(shade) for shade in (1, 2, 3)})
    browser.do("close")
    worker.do_next()
    User.objects.update(is_active=False)
    work_off()
    job = Job.objects.get()
    assert job.state == "failed" and job.error and job.error["error"] == "account_suspended"
    assert Picture.objects.count() == 1 and job.items.filter(state="failed").count() == 2
    User.objects.update(is_active=True)
    jobs.retry(job)
    work_off()
    assert Picture.objects.count() == 3


def test_a_deleted_picture_is_news_for_who_follows_its_job(owner: User) -> None:
    browser = Browser(logged_in(owner)).begin()
    told = browser.send_all({"one.png": grey(1), "two.png": grey(2)}).finish()
    headers = {"Accept": "application/json"}
    seen = browser.client.get(told["url"], headers=headers)["ETag"]
    pictures = Picture.objects.owned_by(owner)
    for change in (bin.move_to_bin, bin.restore):
        change(pictures.filter(title="one"))
        answer = browser.client.get(told["url"], headers=headers | {"If-None-Match": seen})
        assert answer.status_code == 200, change
        seen = answer["ETag"]
    answer = browser.client.get(told["url"], headers=headers | {"If-None-Match": seen})
    assert answer.status_code == 304
