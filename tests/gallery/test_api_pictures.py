"""Pictures by the API, as a program sees them."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gallery.api.parsers import JsonParser
from gallery.models import Picture, ShareLink, Version
from tests.cast import grey, picture
from tests.gallery.api import ERROR_KEYS, Api
from tests.photos import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
NOBODYS = "7b0b3d2f-5c0f-4b6d-9a9d-1d2f3e4c5b6a"


def names(response: Any) -> list[str]:
    return [found["title"] for found in response.json()["results"]]


def problem(response: Any) -> tuple[int, str]:
    assert set(response.json()) == ERROR_KEYS
    return response.status_code, response.json()["error"]


def test_a_photo_is_colorized_and_saved(api: Api) -> None:
    album = api.post("albums", {"name": "1950s"}).json()
    response = api.upload(vividness="0.3", note="By the sea.", album=album["id"])
    body = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == body["url"] == api.get(body["url"]).json()["url"]
    assert response.headers["ETag"] == Picture.objects.get().etag
    assert (body["title"], body["note"], body["album"]["url"]) == (
        "Grandma",
        "By the sea.",
        album["url"],
    )
    assert (body["network"], body["vividness"], body["confidence"]) == ("colornet", 0.3, 75)
    assert (body["visibility"], body["review"], body["share"]) == ("private", "none", None)
    assert body["sha256"] == hashlib.sha256(grey()).hexdigest()
    assert body["created_at"].endswith("Z") and body["id"] in body["url"]
    assert [version["id"] for version in body["versions"]] == [body["version"]]


def test_the_same_photo_again_is_the_picture_that_is_there(api: Api) -> None:
    first, again = api.upload(), api.upload(title="Another name")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and "Location" not in again.headers


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"vividness": "2"}, (400, "bad_option")),
        ({"network": "nobody"}, (400, "bad_option")),
        ({"title": "x" * 201}, (400, "bad_field")),
        ({"album": "none"}, (400, "bad_field")),
        ({"album": NOBODYS}, (404, "not_found")),
        ({"colour": "red"}, (400, "bad_field")),
        ({"image": "no file"}, (400, "no_photo")),
    ],
)
def test_what_is_wrong_with_a_new_picture_is_said(
    api: Api, fields: Any, expected: tuple[int, str], media: Any
) -> None:
    assert problem(api.upload(**fields)) == expected
    assert not Picture.objects.exists() and media() == []


def test_a_full_gallery_is_403(api: Api, settings: Any) -> None:
    settings.QUOTA_PICTURES = 0
    assert problem(api.upload()) == (403, "over_quota")


def test_a_list_goes_on_by_its_cursor_and_misses_nothing(api: Api, owner: User) -> None:
    for shade in range(5):
        picture(owner, f"No {shade}", shade)
    Picture.objects.filter(title="No 3").update(deleted_at=timezone.now())
    found, following = [], "pictures?limit=2&order=oldest"
    while following:
        page = api.get(following)
        found += names(page)
        following = page.json()["next"]
    assert found == ["No 0", "No 1", "No 2", "No 4"]


def test_lists_are_filtered_searched_and_sorted(api: Api, owner: User) -> None:
    album = api.post("albums", {"name": "1950s"}).json()["id"]
    api.upload(1, title="Boat", album=album, note="Grandpa's")
    api.upload(2, title="Ant")
    api.patch(f"pictures/{Picture.objects.get(title='Ant').pk}", {"visibility": "public"})
    old = timezone.now() - timedelta(days=400)
    Picture.objects.filter(title="Boat").update(created_at=old)
    assert names(api.get("pictures")) == ["Ant", "Boat"]
    assert names(api.get("pictures?order=title")) == ["Ant", "Boat"]
    assert names(api.get("pictures?order=oldest")) == ["Boat", "Ant"]
    assert names(api.get(f"pictures?album={album}")) == ["Boat"]
    assert names(api.get("pictures?album=none")) == ["Ant"]
    assert names(api.get("pictures?visibility=public")) == ["Ant"]
    assert names(api.get("pictures?q=grandpa+boat")) == ["Boat"]
    assert names(api.get(f"pictures?to={old.date()}")) == ["Boat"]
    assert names(api.get(f"pictures?from={timezone.now().date()}")) == ["Ant"]


@pytest.mark.parametrize("word", ["überfahrt", "ÜBERFAHRT", "Überfahrt", "åland", "nach"])
def test_a_word_is_found_whatever_its_case(api: Api, word: str) -> None:
    api.upload(1, title="Überfahrt NACH Åland")
    assert names(api.get(f"pictures?q={word}")) == ["Überfahrt NACH Åland"]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x", "cursor=eyJhIjoxfQ==", "limit=0", "limit=101", "order=best", "from=yesterday",
        "album=x", "visibility=all", "q=%00", "colour=red", "format=json",
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_400(api: Api, query: str) -> None:
    response = api.get(f"pictures?{query}")
    assert problem(response) == (400, "bad_field")
    assert f"“{query.split('=')[0]}”" in response.json()["message"]


@pytest.mark.parametrize(
    "cursor",
    [
        ["\ud800", "0" * 32],
        ["a", "+" + "1" * 31],
        ["2026-01-01T00:00:00", "0" * 32],
        ["0001-01-01T00:00:00+23:00", "0" * 32],
        [1, 2],
    ],
)
@pytest.mark.parametrize("order", ["title", "newest"])
def test_a_cursor_that_was_tampered_with_is_400(api: Api, order: str, cursor: Any) -> None:
    forged = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    response = api.get(f"pictures?order={order}&cursor={forged}")
    assert response.status_code in (200, 400)


def test_a_list_asks_the_database_as_often_for_many_as_for_one(
    api: Api, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    api.get("me")  # the token's last use is noted
    for shade in range(6):
        kept = picture(owner, f"No {shade}", shade)
        api.patch(f"pictures/{kept.pk}", {"visibility": "unlisted"})
    with django_assert_max_num_queries(6):  # the token, the list, the count of requests (4)
        assert len(api.get("pictures").json()["results"]) == 6


def test_a_change_is_all_or_nothing(api: Api, owner: User) -> None:
    kept = picture(owner)
    path = f"pictures/{kept.pk}"
    assert problem(api.patch(path, {"title": "New", "album": NOBODYS})) == (404, "not_found")
    assert problem(api.patch(path, {"title": "New", "version": NOBODYS})) == (404, "not_found")
    assert api.get(path).json()["title"] == "Grandma"
    album = api.post("albums", {"name": "1950s"}).json()["id"]
    changed = api.patch(path, {"title": "New", "note": "", "album": album})
    assert (changed.status_code, changed.json()["title"]) == (200, "New")
    assert changed.json()["album"]["id"] == album
    assert api.patch(path, {"album": None}).json()["album"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""}, {"title": 7}, {"title": None}, {"note": "x" * 4001}, {"album": 1},
        {"visibility": "secret"}, {"days": 7}, {"visibility": "unlisted", "days": 2},
        {"visibility": "unlisted", "days": True}, {"colour": "red"}, [], None, "text",
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_400(api: Api, owner: User, body: Any) -> None:
    path = f"/api/v1/pictures/{picture(owner).pk}"
    sent = json.dumps(body)
    response = api.client.patch(path, sent, "application/json", headers=api.headers)
    assert response.status_code == 400


UNSEEN = "\u202eGrand\u2066ma\u00ad\x1b\x7f \u2028 1931\u200f\n"
SEEN = "Grandma   1931"


def test_signs_that_nobody_sees_are_left_out_of_names(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    assert api.patch(path, {"title": UNSEEN}).json()["title"] == SEEN
    assert api.upload(7, title=UNSEEN).json()["title"] == SEEN
    assert api.post("albums", {"name": UNSEEN}).json()["name"] == SEEN
    assert problem(api.patch(path, {"title": "\u202e"})) == (400, "bad_field")
    persian = "می\u200cخواهم"  # held together by a joiner that is kept
    assert api.patch(path, {"title": persian}).json()["title"] == persian


def test_nobodys_change_is_written_over(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    first = api.get(path).headers["ETag"]
    second = api.patch(path, {"title": "New"}, If_Match=first)
    assert second.status_code == 200 and second.headers["ETag"] != first
    assert problem(api.patch(path, {"title": "Newer"}, If_Match=first)) == (412, "out_of_date")
    assert problem(api.delete(path, If_Match=first)) == (412, "out_of_date")
    assert api.get(path).json()["title"] == "New"
    assert api.delete(path, If_Match=second.headers["ETag"]).status_code == 204


def test_what_is_known_is_not_sent_again(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    for address in (path, f"{path}/original", f"{path}/result", f"{path}/thumbnail"):
        first = api.get(address)
        again = api.get(address, If_None_Match=first.headers["ETag"])
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_deleted_is_in_the_bin(api: Api, owner: User) -> None:
    kept = picture(owner)
    assert api.delete(f"pictures/{kept.pk}").status_code == 204
    assert problem(api.get(f"pictures/{kept.pk}")) == (404, "not_found")
    assert api.get("pictures").json() == {"next": None, "results": []}
    assert Picture.objects.get().deleted_at
    assert api.upload().json()["id"] == str(kept.pk)


def test_sharing_by_link_and_taking_it_back(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    share = api.patch(path, {"visibility": "unlisted"}).json()["share"]
    assert share["link"] == f"http://testserver/s/{ShareLink.objects.get().token}"
    assert share["expires_at"] is not None
    assert api.patch(path, {"visibility": "unlisted"}).json()["share"] == share
    lasting = api.patch(path, {"visibility": "unlisted", "days": None}).json()["share"]
    assert lasting["expires_at"] is None and lasting["link"] != share["link"]
    assert api.patch(path, {"visibility": "public"}).json()["review"] == "waiting"
    assert api.patch(path, {"visibility": "private"}).json()["share"] is None
    assert not ShareLink.objects.exists()


def test_sharing_again_after_the_link_has_expired_makes_a_new_one(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    ended = api.patch(path, {"visibility": "unlisted"}).json()["share"]
    ShareLink.objects.update(expires_at=timezone.now())
    share = api.patch(path, {"visibility": "unlisted"}).json()["share"]
    assert share["link"] != ended["link"]
    ends = ShareLink.objects.get().expires_at
    assert ends and timedelta(days=6) < ends - timezone.now() < timedelta(days=7)
    ShareLink.objects.all().delete()
    assert api.patch(path, {"visibility": "unlisted"}).json()["share"]["expires_at"]


def test_recolouring_keeps_the_earlier_version_to_go_back_to(api: Api, owner: User) -> None:
    kept = picture(owner, vividness=0.2)
    path = f"pictures/{kept.pk}"
    body = api.post(f"{path}/recolor", {"vividness": 0.9}).json()
    assert (body["vividness"], len(body["versions"])) == (0.9, 2)
    back = api.patch(path, {"version": str(kept.current_id)}).json()
    assert (back["vividness"], back["version"]) == (0.2, str(kept.current_id))
    earlier = next(each for each in body["versions"] if each["vividness"] == 0.9)
    assert api.get(earlier["result"]).status_code == 200


@pytest.mark.parametrize(
    "body", [{"vividness": "0.5"}, {"vividness": 2}, {"keep_metadata": 1}, {"network": "nobody"}]
)
def test_recolouring_with_options_that_make_no_sense(api: Api, owner: User, body: Any) -> None:
    response = api.post(f"pictures/{picture(owner).pk}/recolor", body)
    assert response.status_code == 400 and Version.objects.count() == 1


def test_files_come_as_they_are(api: Api, owner: User) -> None:
    path = f"pictures/{picture(owner).pk}"
    original = api.get(f"{path}/original")
    assert b"".join(original.streaming_content) == grey()
    assert original.headers["Content-Type"] == "image/png"
    for query in ("", "?of=original", "?size=medium&of=result"):
        thumbnail = api.get(f"{path}/thumbnail{query}", Accept="image/jpeg")
        assert opened(b"".join(thumbnail.streaming_content)).size == (64, 64)
    assert problem(api.get(f"{path}/thumbnail?size=huge")) == (400, "bad_field")
    files = api.get(path).json()["files"]
    assert files.pop("strip") is None  # of films only
    assert all(api.get(address).status_code == 200 for address in files.values())


def test_colorizing_without_saving(api: Api) -> None:
    body = api.upload(path="colorize", vividness="0.1").json()
    assert opened(base64.b64decode(body["image"])).size == (64, 64)
    jpeg = api.upload(path="colorize", headers={"Accept": "image/jpeg"})
    assert jpeg.headers["Content-Type"] == "image/jpeg" and jpeg.getvalue()[:2] == b"\xff\xd8"
    assert problem(api.upload(path="colorize", title="x")) == (400, "bad_field")
    assert not Picture.objects.exists()


def test_albums(api: Api, owner: User) -> None:
    made = api.post("albums", {"name": "1950s"})
    url = made.headers["Location"]
    assert (made.status_code, made.json()["size"]) == (201, 0)
    assert problem(api.post("albums", {"name": "1950s"})) == (409, "already_there")
    api.upload(album=made.json()["id"])
    before = Picture.objects.get().etag
    assert api.patch(url, {"name": "1960s"}).json()["name"] == "1960s"
    assert api.get("albums").json()["results"] == [api.get(url).json()]
    assert api.get(url).json()["size"] == 1
    assert api.delete(url).status_code == 204
    assert Picture.objects.get().album is None and Picture.objects.get().etag != before


def test_me_with_quota(api: Api, owner: User) -> None:
    kept = picture(owner)
    body = api.get("me").json()
    assert (body["username"], body["token"]["scope"]) == ("owner", "write")
    assert body["quota"]["pictures"] == 1 and body["quota"]["bytes"] == kept.bytes


def test_a_change_is_read_before_the_database_is_held(
    api: Api, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that trickles in must not keep everybody else from writing."""
    held: list[bool] = []

    def listen(parser: Any, *args: Any, **kwargs: Any) -> Any:
        held.append(len(connection.savepoint_ids) > depth)
        return parse(parser, *args, **kwargs)

    parse = JsonParser.parse
    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(JsonParser, "parse", listen)
    kept = picture(owner)
    album = api.post("albums", {"name": "Farm"}).json()
    api.patch(f"pictures/{kept.pk}", {"title": "Aunt Mary"})
    api.patch(album["url"], {"name": "Village"})
    api.post("albums", {"name": "Town"}, Idempotency_Key="town")
    assert held == [False] * 4


def test_an_answer_that_comes_again_has_its_etag(api: Api, owner: User) -> None:
    kept = picture(owner)
    first, again = (
        api.post(f"pictures/{kept.pk}/recolor", {"vividness": 0.5}, Idempotency_Key="r")
        for _ in range(2)
    )
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
