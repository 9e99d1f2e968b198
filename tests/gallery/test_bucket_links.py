"""Results and thumbnails straight from the bucket, by links that soon end; originals never."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from moto import mock_aws
from storages.backends.s3 import S3Storage

from accounts.models import User
from colorizer_site import checks
from gallery.models import Picture
from gallery.services import files, sharing
from tests.cast import content, grey, picture, public_picture
from tests.gallery.api import Api
from tests.login import logged_in
from tests.processes import settings_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "bucket")]
ORIGIN = "https://family.s3.amazonaws.com"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    session = boto3.Session("key", "secret", region_name="us-east-1")
    with mock_aws():
        monkeypatch.setattr(S3Storage, "_create_session", lambda store: session)
        session.client("s3").create_bucket(Bucket="family")
        settings.S3 = settings.S3 | {"bucket_name": "family"}
        store = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": settings.S3}
        settings.STORAGES = settings.STORAGES | {"default": store}
        settings.MEDIA_REDIRECT = ORIGIN
        yield


@pytest.fixture
def home(owner: User) -> Client:
    return logged_in(owner)


def fetch(link: str) -> requests.Response:
    """As a browser does that follows the link. moto answers."""
    assert link.startswith(f"{ORIGIN}/pictures/")
    return requests.get(link, timeout=10)


def test_each_file_is_one_request(owner: User) -> None:
    asked: list[str] = []
    events = files.bucket().meta.client.meta.events
    events.register("before-call.s3", lambda model, **_: asked.append(model.name))
    kept = picture(owner)
    stored = kept.file_names() + kept.shown.file_names()
    assert asked == ["PutObject"] * len(stored)
    asked.clear()
    assert files.content(kept.original) == grey()
    assert asked == ["GetObject"]


@pytest.mark.parametrize("kind", ["result", "result-medium", "original-small"])
def test_the_browser_is_sent_to_the_bucket(kind: str, home: Client, owner: User) -> None:
    kept = picture(owner)
    answer = home.get(f"/pictures/{kept.pk}/files/{kind}?download")
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store" and "ETag" not in answer
    sent = fetch(answer["Location"])
    row = kept if kind.startswith("original") else kept.shown
    assert sent.content == content(getattr(row, kind.replace("-", "_")))
    made = "colorized" if kind.startswith("result") else kind
    assert sent.headers["Content-Type"] == "image/jpeg"
    assert sent.headers["Content-Disposition"] == f'attachment; filename="Grandma-{made}.jpg"'
    assert sent.headers["Cache-Control"] == "private, no-store"


def test_the_link_soon_ends(home: Client, owner: User) -> None:
    answer = home.get(f"/pictures/{picture(owner).pk}/files/result")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert 0 < int(asked["Expires"][0]) - time.time() <= 60
    assert asked["response-content-disposition"] == ['inline; filename="Grandma-colorized.jpg"']


def test_originals_are_sent_by_the_site(home: Client, owner: User) -> None:
    answer = home.get(f"/pictures/{picture(owner).pk}/files/original")
    assert answer.status_code == 200 and b"".join(answer) == grey()


def test_programs_get_the_file_itself(owner: User) -> None:
    kept = picture(owner)
    answer = Api(owner).get(f"pictures/{kept.pk}/result")
    assert answer.status_code == 200 and b"".join(answer) == content(kept.shown.result)


def test_head_is_answered_by_the_site(home: Client, owner: User) -> None:
    answer = home.head(f"/pictures/{picture(owner).pk}/files/result")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"


def test_who_may_not_see_it_gets_no_link(client: Client, owner: User, stranger: User) -> None:
    kept = picture(owner)
    for visitor in (client, logged_in(stranger)):
        answer = visitor.get(f"/pictures/{kept.pk}/files/result")
        assert answer.status_code == 404 and "Location" not in answer
    link = sharing.share(kept)
    address = f"{link.get_absolute_url()}/result"
    assert client.get(address).status_code == 302
    Picture.objects.get().link.delete()
    assert client.get(address).status_code == 404


def test_public_pictures_are_linked_to_for_everyone(client: Client, owner: User) -> None:
    answer = client.get(f"/pictures/{public_picture(owner).pk}/files/result-small")
    assert answer.status_code == 302 and "no-store" in answer["Cache-Control"]


def test_pages_may_show_pictures_from_there(tmp_path: Any) -> None:
    origin = "https://family.s3.example.org"
    read = settings_of(tmp_path, MEDIA_BUCKET="family", MEDIA_REDIRECT=f"{origin}/")
    assert read["MEDIA_REDIRECT"] == origin
    assert origin in read["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]
    with pytest.raises(ImproperlyConfigured, match="MEDIA_REDIRECT is set, but not MEDIA_BUCKET"):
        settings_of(tmp_path, MEDIA_REDIRECT=origin)


def test_another_origin_than_that_of_the_links_is_warned_of(settings: Any) -> None:
    assert checks.check_bucket_origin() == []
    settings.MEDIA_REDIRECT = "https://family.example.org"
    (warning,) = checks.check_bucket_origin()
    assert warning.hint == f"Set MEDIA_REDIRECT to {ORIGIN}."
    settings.MEDIA_REDIRECT = ""
    assert checks.check_bucket_origin() == []
