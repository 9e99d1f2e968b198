"""Results as other kinds of file, at every door."""

import base64
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from colorize import service
from colorize.engine.errors import BadOption
from colorize.engine.outputs import JPEG, OUTPUTS
from colorize.web.ratelimit import PhotoThrottle
from gallery.models import Picture
from gallery.services import files, versions
from tests.cast import picture, public_picture
from tests.gallery.api import Api
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

OTHERS = [key for key in OUTPUTS if key != JPEG.key]


def sent(**fields: str) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("Grandma.png", photo("PNG"))} | fields


def assert_is(response: Any, key: str, stem: str = "Grandma") -> Image.Image:
    output, data = OUTPUTS[key], response.getvalue()
    assert response.status_code == 200 and response.headers["Content-Type"] == output.mime
    assert f'attachment; filename="{stem}{output.suffix}"' == response["Content-Disposition"]
    assert int(response["Content-Length"]) == len(data)
    image = opened(data)
    assert Image.MIME[str(image.format)] == output.mime
    if output.depth == 16:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        assert pixels is not None and pixels.dtype == np.uint16
    return image


@pytest.mark.parametrize("key", OUTPUTS)
def test_the_endpoint_sends_each_kind_that_the_form_names(key: str, client: Client) -> None:
    assert_is(client.post("/colorize", sent(format=key), headers={"Accept": "image/*"}), key)
    body = client.post("/colorize", sent(format=key)).json()
    assert (body["format"], body["filename"]) == (key, f"Grandma{OUTPUTS[key].suffix}")
    assert Image.MIME[str(opened(base64.b64decode(body["image"])).format)] == OUTPUTS[key].mime


@pytest.mark.parametrize("key", ["jpeg", "png", "tiff", "webp", "avif"])
def test_accept_chooses_too(key: str, client: Client, api: Api) -> None:
    accept = {"Accept": f"{OUTPUTS[key].mime}, application/json;q=0.5"}
    assert_is(client.post("/colorize", sent(), headers=accept), key)
    response = api.client.post("/api/v1/colorize", sent(), headers=api.headers | accept)
    assert_is(response, key)


@pytest.mark.parametrize("path", ["/colorize", "/api/v1/colorize"])
def test_a_form_and_an_accept_that_contradict_each_other_are_406(path: str, api: Api) -> None:
    headers = api.headers | {"Accept": "image/jpeg"}
    response = api.client.post(path, sent(format="tiff"), headers=headers)
    assert (response.status_code, response.json()["error"]) == (406, "not_acceptable")


@pytest.mark.parametrize("path", ["/colorize", "/api/v1/colorize"])
def test_an_unknown_kind_is_told(path: str, api: Api) -> None:
    response = api.client.post(path, sent(format="gif"), headers=api.headers)
    assert response.status_code == 400 and "format" in response.json()["message"]


def test_a_result_too_large_for_json_is_offered_as_a_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colorize.web.responses.MAX_IN_JSON", 1000)
    response = client.post("/colorize", sent(format="tiff16"))
    assert response.status_code == 406 and "Accept: image/tiff" in response.json()["message"]
    accept = {"Accept": "image/tiff"}
    assert_is(client.post("/colorize", sent(format="tiff16"), headers=accept), "tiff16")


def test_the_page_sends_the_chosen_kind_as_a_file(client: Client) -> None:
    page = client.get("/").content.decode()
    assert all(f'<option value="{key}"' in page for key in OUTPUTS)
    assert_is(client.post("/", sent(answer="file", format="tiff16")), "tiff16")
    assert_is(client.post("/", sent(answer="file")), "jpeg")
    # What browsers show is a JPEG in any case.
    shown = client.post("/", sent(format="tiff16")).content.decode()
    assert "data:image/jpeg" in shown and "tiff" not in shown


def test_what_is_saved_is_a_jpeg_whatever_is_sent(home: Client) -> None:
    accept = {"Accept": "image/*"}
    for _ in range(2):  # and the second time, when the picture is there already
        assert_is(home.post("/colorize", sent(format="png16"), headers=accept), "png16")
    kept = Picture.objects.get()
    assert str(kept.shown.result.name).endswith(".jpg")
    assert home.post("/colorize", sent(format="png16")).json()["saved_before"]
    assert_is(home.post("/colorize", sent(), headers=accept), "jpeg")


@pytest.mark.parametrize("key", OTHERS)
def test_a_picture_is_downloaded_as_each_kind_on_its_page(
    key: str, home: Client, owner: User
) -> None:
    kept = picture(owner, "Aunt Mary")
    page = home.get(kept.get_absolute_url()).content.decode()
    assert f'<option value="{key}"' in page and OUTPUTS[key].name in page
    response = home.post(f"/pictures/{kept.pk}/download", {"format": key})
    assert_is(response, key, "Aunt Mary")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("key", OTHERS)
def test_a_picture_is_downloaded_as_each_kind_by_the_api(key: str, api: Api, owner: User) -> None:
    kept = picture(owner, "Aunt Mary")
    assert_is(api.get(f"pictures/{kept.pk}/result?format={key}"), key, "Aunt Mary")


def test_a_version_is_made_again_with_its_own_options(api: Api, owner: User) -> None:
    kept = picture(owner, vividness=0.0, crop="0 0 50 100")
    first = kept.shown
    versions.recolor(kept, service.Options(vividness=1.0))
    address = f"pictures/{kept.pk}/result?format=png"
    pale, vivid = (
        opened(api.get(address + which).getvalue()) for which in (f"&version={first.pk}", "")
    )
    assert (pale.size, vivid.size) == ((32, 64), (64, 64))
    spread = [np.ptp(np.asarray(each)[5, 5].astype(int)) for each in (pale, vivid)]
    assert spread[0] < spread[1]


def test_a_jpeg_is_the_stored_file(home: Client, api: Api, owner: User) -> None:
    kept = picture(owner)
    response = home.post(f"/pictures/{kept.pk}/download", {"format": "jpeg"})
    assert response.headers["Location"] == f"/pictures/{kept.pk}/files/result?download"
    stored = api.get(f"pictures/{kept.pk}/result").getvalue()
    assert api.get(f"pictures/{kept.pk}/result?format=jpeg").getvalue() == stored
    response = api.get(f"pictures/{kept.pk}/result?format=gif")
    assert response.status_code == 400 and "format" in response.json()["message"]


def test_others_get_no_other_kinds(client: Client, owner: User, others: Api) -> None:
    """What a visitor may see are the files that are there."""
    shown = public_picture(owner)
    assert client.post(f"/pictures/{shown.pk}/download", {"format": "png"}).status_code == 302
    assert others.get(f"pictures/{shown.pk}/result?format=png").status_code == 404
    assert "/download" not in client.get(shown.get_absolute_url()).content.decode()


def test_each_counts_as_a_photo(home: Client, api: Api, owner: User) -> None:
    kept = picture(owner)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PhotoThrottle, "THROTTLE_RATES", {"photos": "2/min"}, raising=False)
        assert api.get(f"pictures/{kept.pk}/result?format=png").status_code == 200
        assert api.get(f"pictures/{kept.pk}/result").status_code == 200
        address = f"/pictures/{kept.pk}/download"
        assert home.post(address, {"format": "png"}).status_code == 200
        assert api.get(f"pictures/{kept.pk}/result?format=png").status_code == 429
        response = home.post(address, {"format": "png"})
    assert response.status_code == 429 and "Wait" in response.content.decode()


def gone(name: str) -> None:
    raise BadOption(name="network", reason="there is no such network here.")


def test_without_its_network_a_version_says_what_is_left(
    home: Client, api: Api, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = picture(owner)
    monkeypatch.setattr(service, "load_network", gone)
    page = home.post(f"/pictures/{kept.pk}/download", {"format": "tiff"})
    assert page.status_code == 409 and "is no longer installed" in page.content.decode()
    response = api.get(f"pictures/{kept.pk}/result?format=tiff")
    assert (response.status_code, response.json()["error"]) == (409, "network_gone")
    assert api.get(f"pictures/{kept.pk}/result").status_code == 200


def test_without_its_original_it_is_told(home: Client, owner: User) -> None:
    kept = picture(owner)
    files.delete([str(kept.original.name)])
    response = home.post(f"/pictures/{kept.pk}/download", {"format": "png"})
    assert response.status_code == 409 and "lost the original" in response.content.decode()


def test_a_full_disk_is_told(home: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    kept = picture(owner)
    monkeypatch.setattr("colorize.engine.pipeline.encode", full)
    accept = {"Accept": "image/*"}
    for response in (
        home.post(f"/pictures/{kept.pk}/download", {"format": "png"}),
        Client(raise_request_exception=False).post("/colorize", sent(format="png"), headers=accept),
    ):
        assert response.status_code == 507


def test_a_picture_in_the_bin_can_be_downloaded_too(home: Client, owner: User) -> None:
    kept = picture(owner)
    home.post(f"/pictures/{kept.pk}/delete")
    assert_is(home.post(f"/pictures/{kept.pk}/download", {"format": "png"}), "png")
