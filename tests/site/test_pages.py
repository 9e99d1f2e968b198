"""The pages as they leave the server, before any script."""

import io
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from colorize.engine.errors import Busy, TooLarge
from tests.conftest import use
from tests.fakes import FakeNetwork
from tests.photos import photo

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str = "Grandma.jpg") -> dict[str, Any]:
    return {"image": SimpleUploadedFile(name, data)}


def title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found
    return found[1].strip()


@pytest.mark.parametrize("path", ["/", "/faq", "/about"])
def test_every_page_is_served_with_its_policy(path: str, client: Client) -> None:
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_the_title_says_what_it_is(client: Client) -> None:
    assert title(client.get("/").content.decode()) == "Image Colorizer"


def test_the_faq_answers_a_dozen_questions_with_the_real_limits(
    client: Client, settings: Any
) -> None:
    settings.PHOTO_MAX_BYTES = 7_000_000
    page = client.get("/faq").content.decode()
    assert page.count("<summary>") >= 12
    assert "Up to 7 MB and 100 megapixels" in page
    assert len(set(re.findall(r'id="([\w-]+)"', page))) == page.count(' id="')


def test_the_faq_says_where_the_slider_starts(client: Client, settings: Any) -> None:
    settings.VIVIDNESS = 0.35
    assert "Results start at 35%." in client.get("/faq").content.decode()


def test_the_faq_says_once_how_long_things_are_remembered_as_it_is_set(
    client: Client, settings: Any
) -> None:
    settings.CLAIM_MINUTES, settings.BIN_DAYS, settings.UNDO_MINUTES = 17, 23, 19
    page = client.get("/faq").content.decode()
    assert page.count("17 minutes") == 1 and 'href="#claim"' in page
    assert "for 23 days" in page and "within 19 minutes" in page
    for other in ("an hour", "close the tab", "ten minutes", "30 days"):
        assert other not in page
    assert '"claim_minutes": 17' in client.get("/").content.decode()


def test_the_form_offers_networks_only_where_there_are_several(client: Client) -> None:
    assert 'name="network"' not in client.get("/").content.decode()


def test_a_photo_posted_by_the_form_is_shown_beside_its_result(
    client: Client, network: FakeNetwork
) -> None:
    response = client.post("/", upload(photo("PNG"), "Grandma.png"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "data:image/png;base64," in page and "data:image/jpeg;base64," in page
    assert 'download="Grandma-colorized.jpg"' in page
    assert "It expects about <span data-confidence>75</span>% of the picture to be close." in page


def test_several_photos_at_once_are_answered_in_words_and_none_is_coloured(
    client: Client, network: FakeNetwork
) -> None:
    several = {"image": [SimpleUploadedFile(f"{n}.jpg", photo()) for n in range(3)]}
    response = client.post("/", several)
    assert response.status_code == 400
    assert "You sent 3 photos at once" in response.content.decode()
    assert not network.shapes
    assert client.post("/colorize", several).json()["error"] == "several_photos"


def test_a_network_that_does_not_say_how_sure_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeNetwork(confidence=None))
    page = client.post("/", upload(photo())).content.decode()
    assert "does not say how sure it is" in page and "of the picture to be close" not in page


def test_or_comes_back_as_a_file(client: Client, network: FakeNetwork) -> None:
    response = client.post("/", upload(photo()) | {"answer": "file"})
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "Grandma-colorized.jpg" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"a letter", 415, "not a photo"),
        (photo("JPEG")[:300], 422, "damaged"),
        (bytes(1_000_001), 413, TooLarge(limit="1 MB").message),
    ],
)
def test_what_is_wrong_stands_on_the_form(
    data: bytes,
    status: int,
    words: str,
    client: Client,
    network: FakeNetwork,
    settings: Any,
) -> None:
    settings.PHOTO_MAX_BYTES = 1_000_000
    response = client.post("/", upload(data))
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert 'name="image"' in page  # ready for the next photo


def test_busy_says_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise Busy(retry_after=5)

    monkeypatch.setattr("colorize.service.colorize", busy)
    response = client.post("/", upload(photo()))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_a_form_from_elsewhere_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/", upload(photo()))
    assert response.status_code == 403
    assert "This site’s cookie is missing" in response.content.decode()


def test_an_address_that_is_not_there(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_a_failure_nobody_foresaw_shows_its_request_id_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("colorize.service.colorize", fail)
    response = Client(raise_request_exception=False).post("/", upload(photo()))
    page = response.content.decode()
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in page
    assert "secret" not in page and "Traceback" not in page


def test_browsers_find_the_icon_where_they_look_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert finders.find(answer["Location"].removeprefix("/static/"))


def test_pages_and_programs_are_told_of_further_pages(client: Client, network: FakeNetwork) -> None:
    buffer = io.BytesIO()
    page = Image.new("L", (64, 64), 128)
    page.save(buffer, "TIFF", save_all=True, append_images=[page])
    sentence = "This file has 2 pages; this is page 1."
    assert sentence in client.post("/", upload(buffer.getvalue())).content.decode()
    body = client.post("/colorize", upload(buffer.getvalue())).json()
    assert (body["noticed"]["page"], body["noticed"]["pages"]) == (1, 2)
    assert body["offers"] == [{"sentence": sentence, "label": "", "changes": {}}]


def test_a_wrong_option_is_seen_beside_its_field(client: Client) -> None:
    wrong = upload(photo()) | {"turn": "180", "crop": "10 10 90"}
    page = client.post("/", wrong).content.decode()
    assert '<ul class="errorlist" id="id_crop_error"' in page
    assert page.count(" open>") == 2
    assert '<option value="180" selected>' in page


def test_options_that_a_link_presets_are_seen(client: Client) -> None:
    assert client.get("/?turn=180").content.decode().count(" open>") == 2
    assert " open>" not in client.get("/").content.decode()
