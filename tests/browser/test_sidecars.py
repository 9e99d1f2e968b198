"""A person chooses photos together with the XMP files that lie beside them."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import User
from colorize.engine.metadata import Metadata, xmp
from gallery.models import Picture
from tests.browser.test_flow import choose, download, problem, ready
from tests.browser.test_gallery import log_in, owner, remembered, save_claim  # noqa: F401
from tests.photos import photo

pytestmark = pytest.mark.usefixtures("network")


def sidecar(name: str, artist: str = "Anna") -> FilePayload:
    packet = xmp.write(Metadata(artist=artist), "Cataloguer")
    return {"name": name, "mimeType": "application/octet-stream", "buffer": packet}


def scan(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo("JPEG")}


@pytest.mark.parametrize("name", ["scan.xmp", "scan.jpg.xmp", "SCAN.XMP"])
def test_one_photo_with_its_sidecar(name: str, page: Page) -> None:
    page.goto("/")
    choose(page, [sidecar(name), scan("scan.jpg")])
    ready(page)
    expect(page.locator("[data-name]")).to_have_text(f"scan.jpg + {name}")
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    assert b"Anna" in download(page)[1]


def test_a_sidecar_of_no_photo_is_told(page: Page) -> None:
    page.goto("/")
    choose(page, [scan("scan.jpg"), sidecar("other.xmp")])
    ready(page)
    status = page.locator("[data-status]")
    expect(status).to_contain_text("Left out, because no photo has its name: “other.xmp”.")
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    assert b"Anna" not in download(page)[1]


def test_a_sidecar_that_cannot_be_read_is_told(page: Page) -> None:
    page.goto("/")
    bad: FilePayload = {"name": "scan.xmp", "mimeType": "", "buffer": b"no XMP"}
    choose(page, [scan("scan.jpg"), bad])
    ready(page)
    page.click("[data-start]")
    assert "The sidecar file could not be read" in problem(page)


def test_a_sidecar_waits_with_its_photo_until_someone_logs_in(
    page: Page,
    site: str,
    owner: User,  # noqa: F811
) -> None:
    page.goto("/")
    choose(page, [scan("scan.jpg"), sidecar("scan.xmp")])
    ready(page)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    remembered(page)
    log_in(page.context, owner, site)
    page.goto("/")
    save_claim(page)
    assert Picture.objects.get().said.artist == "Anna"
