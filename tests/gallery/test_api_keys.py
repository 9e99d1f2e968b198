"""Idempotency-Key: sent twice, done once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from gallery.models import Album, Answer, Picture
from gallery.models.idempotency import STILL_RUNNING
from tests.cast import grey, picture
from tests.fakes import FakeNetwork
from tests.gallery.api import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
KEY = {"Idempotency-Key": "7b0b3d2f"}


def test_the_same_request_gets_the_same_answer(api: Api) -> None:
    first, again = (api.upload(headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_it_does_so_for_albums_and_recolouring(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}/recolor"
    for address, body in (("albums", {"name": "1950s"}), (path, {"vividness": 0.5})):
        first, again = (api.post(address, body, Idempotency_Key=address) for _ in range(2))
        assert first.json() == again.json() and first.status_code == again.status_code
        assert again.headers["Idempotency-Replayed"] == "true"
    assert Album.objects.count() == 1


@pytest.mark.parametrize("other", [{"shade": 2}, {"title": "x"}, {"path": "colorize"}])
def test_another_request_with_the_same_key_is_422(api: Api, other: Any) -> None:
    api.upload(headers=KEY)
    response = api.upload(headers=KEY, **other)
    assert (response.status_code, response.json()["error"]) == (422, "key_reused")
    assert Picture.objects.count() == 1


def test_what_failed_can_be_sent_again(api: Api, settings: Any) -> None:
    settings.QUOTA_PICTURES = 0
    assert api.upload(headers=KEY).status_code == 403
    settings.QUOTA_PICTURES = 1
    assert api.upload(headers=KEY).status_code == 201


@pytest.fixture
def meanwhile(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[Any]]:
    """Have something done once while the first photo is coloured; the list gets what came of it."""

    def do(something: Callable[[], Any]) -> list[Any]:
        told: list[Any] = []

        def predict(L: Any) -> Any:
            if not told:
                told.append(None)
                told[0] = something()
            return FakeNetwork.predict(network, L)

        monkeypatch.setattr(network, "predict", predict)
        return told

    return do


def test_another_request_while_the_first_is_in_hand_is_422_and_not_done(
    api: Api, meanwhile: Any
) -> None:
    told = meanwhile(lambda: api.upload(2, headers=KEY))
    assert api.upload(1, headers=KEY).status_code == 201
    assert (told[0].status_code, told[0].json()["error"]) == (422, "key_reused")
    assert Picture.objects.count() == 1


def test_the_same_request_while_the_first_is_in_hand_is_to_come_again(
    api: Api, meanwhile: Any
) -> None:
    told = meanwhile(lambda: api.upload(headers=KEY))
    first = api.upload(headers=KEY)
    assert (told[0].status_code, told[0].json()["error"]) == (409, "key_in_hand")
    assert int(told[0].headers["Retry-After"]) > 0
    again = api.upload(headers=KEY)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"


def test_a_key_is_free_again_where_the_server_failed(
    api: Api, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(network, "predict", None)
        assert api.upload(headers=KEY).status_code == 500
    assert api.upload(2, headers=KEY).status_code == 201


def test_a_key_is_free_again_a_minute_after_the_server_was_killed(api: Api, owner: User) -> None:
    unanswered = {"request": "x", "status": STILL_RUNNING, "body": {}}
    Answer.objects.create(user=owner, key=KEY["Idempotency-Key"], **unanswered)
    assert api.upload(headers=KEY).status_code == 422
    Answer.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert api.upload(headers=KEY).status_code == 201


def test_who_was_taken_for_dead_takes_nothing_from_who_came_after(api: Api, meanwhile: Any) -> None:
    def come_after() -> Any:
        Answer.objects.update(created_at=timezone.now() - timedelta(seconds=61))
        return api.upload(2, headers=KEY)

    told = meanwhile(come_after)
    assert api.upload(1, headers=KEY).status_code == 201
    assert api.upload(2, headers=KEY).json() == told[0].json()


def test_a_key_is_forgotten_after_a_day_and_is_each_persons_own(api: Api, others: Api) -> None:
    api.upload(headers=KEY)
    assert others.upload(2, headers=KEY).status_code == 201
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    response = api.upload(3, headers=KEY)
    assert response.status_code == 201 and "Idempotency-Replayed" not in response.headers


@pytest.mark.parametrize("key", ["x" * 201, "a\x7fb"])
def test_a_key_that_is_none_is_400(api: Api, key: str) -> None:
    assert api.upload(headers={"Idempotency-Key": key}).status_code == 400


def test_colorizing_without_saving_stores_no_picture(api: Api) -> None:
    first, again = (api.upload(path="colorize", headers=KEY) for _ in range(2))
    assert first.json()["image"] == again.json()["image"]
    assert Answer.objects.get().body["body"] is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["pictures", "albums"])
def test_the_same_request_many_times_at_once_is_answered_the_same(api: Api, path: str) -> None:
    def send() -> Any:
        if path == "albums":
            return api.post("albums", {"name": "1950s"}, Idempotency_Key="k")
        fields = {"image": SimpleUploadedFile("a.png", grey())}
        return Client().post("/api/v1/pictures", fields, headers=api.headers | KEY)

    def insist(_: int) -> Any:
        try:
            while (response := send()).status_code == 409:
                time.sleep(0.05)
            return response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(insist, range(8)))) == 1
    assert Picture.objects.count() + Album.objects.count() == 1
