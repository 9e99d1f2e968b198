"""POST /colorize, as a program sees it."""

import base64
import logging
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from tests.fakes import FakeNetwork
from tests.photos import opened, photo, save

pytestmark = pytest.mark.django_db
ERROR_KEYS = {"error", "message", "help", "request_id"}


def upload(data: bytes | None = None, name: str = "Grandma.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if data is None else data)


def post(client: Client, headers: Any = None, **fields: Any) -> Any:
    return client.post("/colorize", {"image": upload()} | fields, headers=headers)


def test_a_photo_comes_back_in_colour_as_json(client: Client, network: FakeNetwork) -> None:
    response = post(client)
    body = response.json()
    assert response.status_code == 200
    image = opened(base64.b64decode(body.pop("image")))
    assert (image.format, image.size, image.mode) == ("JPEG", (96, 64), "RGB")
    assert isinstance(body.pop("milliseconds"), int)
    assert body == {
        "format": "jpeg",
        "filename": "Grandma-colorized.jpg",
        "width": 96,
        "height": 64,
        "confidence": 75,
        "confidence_words": "Some of the colours are guesses.",
        "noticed": Noticed().as_dict(),
        "offers": [],
        **Options(network="colornet").as_dict(),
    }


def test_the_picture_itself_for_who_accepts_jpeg(client: Client, network: FakeNetwork) -> None:
    response = post(client, headers={"Accept": "image/jpeg"})
    assert response.headers["Content-Type"] == "image/jpeg"
    assert 'filename="Grandma-colorized.jpg"' in response.headers["Content-Disposition"]
    assert opened(response.getvalue()).size == (96, 64)


def test_the_layers_of_the_page(client: Client, network: FakeNetwork) -> None:
    body = post(client, layers="true", vividness="0").json()
    step = opened(base64.b64decode(body["ab_step"]))
    assert step.getpixel((10, 10)) == (128 + 10, 128 + 20, 0)
    assert opened(base64.b64decode(body["confidence_map"])).getpixel((3, 3)) == round(255 * 0.75)


def test_options_are_heard(client: Client, network: FakeNetwork) -> None:
    assert post(client, vividness="0.25").json()["vividness"] == 0.25
    exif = opened(photo()).getexif()
    exif[0x8298] = "City Archive"
    for keep, kept in {"true": True, "false": False, "": True}.items():
        body = post(client, image=upload(photo(exif=exif)), keep_metadata=keep).json()
        assert (b"City Archive" in base64.b64decode(body["image"])) is kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vividness", "much"),
        ("vividness", "-0.1"),
        ("vividness", "1.1"),
        ("vividness", "nan"),
        ("network", "nobody"),
        ("keep_metadata", "perhaps"),
    ],
)
def test_a_bad_option_is_named(client: Client, field: str, value: str) -> None:
    response = post(client, **{field: value})
    assert response.status_code == 400
    assert response.json()["error"] == "bad_option"
    assert f"“{field}”" in response.json()["message"]


def test_an_unknown_network_is_answered_with_those_that_are_there(
    client: Client, only_colornet: None
) -> None:
    message = post(client, network="zhang2016").json()["message"]
    assert "there is no network “zhang2016” here; there are: colornet." in message
    assert "manage.py" not in message  # a visitor cannot fetch one


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_only_post_works(client: Client, method: str) -> None:
    response = getattr(client, method)("/colorize")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    if method != "head":
        assert set(response.json()) == ERROR_KEYS


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"image": "text, not a file"},
        {"photo": upload()},
    ],
)
def test_no_photo_is_400(client: Client, data: Any) -> None:
    response = client.post("/colorize", data)
    assert response.status_code == 400
    assert response.json()["error"] == "no_photo"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"{}", "application/json"),
        (b"x=1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_with_files_is_415(client: Client, data: Any, kind: str) -> None:
    """As in the API."""
    response = client.post("/colorize", data, content_type=kind)
    assert (response.status_code, response.json()["error"]) == (415, "unsupported_type")
    assert "multipart/form-data" in response.json()["message"]


def test_a_garbled_form_is_400(client: Client) -> None:
    response = client.post("/colorize", b"garbage", content_type="multipart/form-data")
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")


def test_too_many_fields_or_files_are_400(client: Client) -> None:
    for fields in ({"note": "x" * 200_000}, {f"f{n}": upload(b"x") for n in range(101)}):
        response = post(client, **fields)
        assert (response.status_code, response.json()["error"]) == (400, "bad_request")


def test_a_photo_over_the_limit_is_413(client: Client, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 1000
    for size in (1001, 300_000):
        response = post(client, image=upload(b"\xff\xd8\xff" + bytes(size)))
        assert (response.status_code, response.json()["error"]) == (413, "too_large")


def test_two_photos_together_count_together(client: Client, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 1000
    response = post(client, image=upload(bytes(600)), other=upload(bytes(600)))
    assert response.status_code == 413


def test_another_answer_than_json_or_jpeg_is_406(client: Client) -> None:
    response = post(client, headers={"Accept": "application/pdf"})
    assert (response.status_code, response.json()["error"]) == (406, "not_acceptable")


def test_errors_are_json_even_for_who_wants_jpeg(client: Client) -> None:
    response = client.post("/colorize", {}, headers={"Accept": "image/jpeg"})
    assert response.status_code == 400
    assert set(response.json()) == ERROR_KEYS


def test_too_many_photos_from_one_address_are_429(
    client: Client, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "2/min", raising=False)
    forged = {"X-Forwarded-For": "198.51.100.7"}
    answers = [post(client), post(client), post(client), post(client, headers=forged)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json()["error"] == "rate_limited"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    page = client.post("/", {"image": upload()})
    assert page.status_code == 429
    assert "Too many photos" in page.content.decode()
    other = client.post("/colorize", {"image": upload()}, REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 200


def test_busy_is_503_with_a_time_to_come_back(
    client: Client, network: FakeNetwork, places: Any
) -> None:
    places(1, 0, 0.01)
    from colorize import service

    with service.limit.take(1):
        response = post(client)
    assert (response.status_code, response.json()["error"]) == (503, "busy")
    assert int(response.headers["Retry-After"]) > 0
    assert post(client).status_code == 200


def test_no_network_is_503(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.MODELS_DIR = tmp_path
    response = post(client)
    assert (response.status_code, response.json()["error"]) == (503, "network_unavailable")
    assert "manifest.json" in response.json()["message"]
    assert str(tmp_path) not in response.json()["message"]


def test_what_nobody_foresaw_goes_to_the_log_and_not_to_the_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("colorize.service.load_network", fail)
    with caplog.at_level(logging.ERROR):
        response = post(client)
    assert response.status_code == 500
    assert set(response.json()) == ERROR_KEYS
    assert "secret" not in response.content.decode()
    assert "a secret detail" in caplog.text
    assert response.headers["X-Request-ID"] == response.json()["request_id"]


def test_a_request_id_from_a_proxy_is_kept(client: Client) -> None:
    given = "7b0b3d2f5c0f4b6d9a9d1d2f3e4c5b6a"
    response = client.post("/colorize", headers={"X-Request-ID": given})
    assert response.json()["request_id"] == given


def test_no_cookie_is_needed_and_none_is_set(network: FakeNetwork) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = post(strict)
    assert response.status_code == 200
    assert not response.cookies
    assert not post(strict, vividness="9").cookies


def test_other_origins_are_let_in_by_the_list_alone(
    client: Client, network: FakeNetwork, settings: Any
) -> None:
    headers = {"Origin": "https://museum.example"}
    allow = "Access-Control-Allow-Origin"
    assert allow not in post(client, headers=headers).headers
    settings.CORS_ALLOWED_ORIGINS = ["https://museum.example"]
    assert post(client, headers=headers).headers[allow] == "https://museum.example"
    assert allow not in post(client, headers={"Origin": "https://other.example"}).headers
    assert allow not in client.get("/", headers=headers).headers


def test_a_png_is_answered_as_a_jpeg(client: Client, network: FakeNetwork) -> None:
    png = save(opened(photo()), "PNG")
    body = post(client, image=upload(png, "scan.png")).json()
    assert body["filename"] == "scan-colorized.jpg"
    assert opened(base64.b64decode(body["image"])).format == "JPEG"
