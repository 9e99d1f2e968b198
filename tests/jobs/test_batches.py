"""Batches, from the first piece to the last result: in the gallery, or kept for a day."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Album, Picture
from jobs import worker
from jobs.models import JobFile
from tests.accounts import logged_in
from tests.cast import grey, picture
from tests.fakes import FakeNetwork

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed")]

JSON = {"Accept": "application/json"}


def work_off() -> None:
    while worker.do_next():
        pass


def begin(client: Client, **form: Any) -> dict[str, Any]:
    response = client.post("/batch", form, headers=JSON)
    assert response.status_code == 201, response.content
    told: dict[str, Any] = response.json()
    assert response["Location"] == told["url"] and told["state"] == "open"
    return told


def promise(client: Client, job: dict[str, Any], *files: tuple[str, int]) -> Any:
    body = json.dumps([{"name": name, "size": size} for name, size in files])
    return client.post(f"{job['url']}/items", body, "application/json", headers=JSON)


def send(client: Client, job: dict[str, Any], item: int, data: bytes, offset: int = 0) -> Any:
    headers = JSON | {"Upload-Offset": str(offset)}
    place = f"{job['url']}/items/{item}"
    return client.patch(place, data, "application/octet-stream", headers=headers)


def send_all(client: Client, job: dict[str, Any], **files: bytes) -> None:
    told = promise(client, job, *((name, len(data)) for name, data in files.items())).json()
    for entry, data in zip(told, files.values(), strict=True):
        assert send(client, job, entry["id"], data).status_code == 204


def read(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = client.get(job["url"], headers=JSON).json()
    return told


def test_a_batch_of_an_account_goes_into_the_gallery(owner: User, media: Any) -> None:
    client = logged_in(owner)
    album = Album.objects.create(owner=owner, name="Grandma")
    job = begin(client, album=album.pk, vividness="0.4", title="Old ones")
    send_all(client, job, **{"one.png": grey(1), "two.png": grey(2)})
    client.post(f"{job['url']}/close", headers=JSON)
    work_off()
    told = read(client, job)
    assert told["state"] == "done" and told["counts"]["done"] == told["counts"]["total"] == 2
    pictures = Picture.objects.order_by("title")
    assert [each.title for each in pictures] == ["one", "two"]
    assert all(each.album == album and each.shown.made_with.vividness == 0.4 for each in pictures)
    assert not JobFile.objects.exists() and not [name for name in media() if "jobs/" in name]
    for item in told["items"]:
        for name in ("small", "before", "after", "result", "picture"):
            assert client.get(item[name]).status_code == 200, name


def test_a_visitors_batch_is_kept_behind_its_address(client: Client, media: Any) -> None:
    job = begin(client)
    send_all(client, job, **{"one.png": grey(1)})
    client.post(f"{job['url']}/close", headers=JSON)
    work_off()
    told = read(Client(), job)
    assert told["state"] == "done" and told["expires_at"] and not Picture.objects.exists()
    (item,) = told["items"]
    for name in ("small", "before", "after", "result"):
        response = Client().get(item[name])
        assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"
    assert item["picture"] is None and len(media()) == 5
    assert client.post(f"{job['url']}/delete", headers=JSON).status_code == 204
    assert client.get(job["url"]).status_code == 404


def test_a_photo_that_is_in_the_gallery_is_not_coloured_again(
    owner: User, network: FakeNetwork
) -> None:
    kept = picture(owner, "Grandma", 7)
    client = logged_in(owner)
    job = begin(client)
    send_all(client, job, **{"again.png": grey(7)})
    before = len(network.shapes)
    work_off()
    assert len(network.shapes) == before and Picture.objects.count() == 1
    assert read(client, job)["items"][0]["picture"] == kept.get_absolute_url()
