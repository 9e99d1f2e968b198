"""Tabs that keep state, every page without JavaScript, and what holds on all of them."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from colorize.engine.formats import PHOTOS
from colorize.service import too_large
from tests.browser.conftest import PHOTO
from tests.browser.looking import WIDTHS
from tests.photos import photo

PAGES = ["/", "/faq", "/about"]


def test_tabs_keep_what_is_on_the_colorizer(page: Page) -> None:
    page.goto("/")
    page.set_input_files("#image", PHOTO)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    does_not_jump(page)
    page.click("nav >> text=FAQ")
    expect(page.locator("h1:visible")).to_have_text("Frequently asked questions")
    expect(page).to_have_url(re.compile("/faq$"))
    expect(page).to_have_title(re.compile("FAQ"))
    page.click("nav >> text=About")
    expect(page.locator("h1:visible")).to_have_text("About Image Colorizer")
    expect(page.locator("[aria-current=page]")).to_have_text("About")
    page.click("nav >> text=Colorizer")
    expect(page.locator(".result")).to_be_visible()
    expect(page.locator("[data-name]")).to_have_text("camera.jpg")
    page.go_back()
    expect(page.locator("h1:visible")).to_have_text("About Image Colorizer")
    page.go_back()
    page.go_back()
    expect(page.locator(".result")).to_be_visible()


def does_not_jump(page: Page) -> None:
    """When the picture arrives."""
    first = page.locator(".result .controls").bounding_box()
    page.wait_for_timeout(300)
    assert page.locator(".result .controls").bounding_box() == first


def test_upload_new_leads_on_from_a_result_posted_before_the_scripts_came(page: Page) -> None:
    page.route("**/js/main.js", lambda route: route.abort())
    page.goto("/")
    page.set_input_files("#image", PHOTO)
    page.unroute("**/js/main.js")
    page.click("[data-start]")
    expect(page.locator("h1")).to_have_text("Your photo in colour")
    page.click("text=Another photo")
    expect(page.locator("#image")).to_be_enabled()
    expect(page.locator("[data-start]")).to_be_disabled()


def test_the_form_shows_nothing_of_the_plain_one_and_takes_photos_of_any_name(page: Page) -> None:
    page.goto("/")
    page.click("summary:has-text('Options')")
    expect(page.locator("[name=keep_metadata]")).to_be_visible()
    for field in page.locator(".only-without-script").all():
        expect(field).to_be_hidden()
    # A photo may have any name, and a chooser would grey out those without an ending of one.
    accepted = ",".join(kind.mime for kind in PHOTOS)
    assert page.get_attribute("#camera", "accept") == accepted
    assert page.get_attribute("#image", "accept") is None


def test_an_error_leads_to_its_answer_and_back(page: Page) -> None:
    page.goto("/")
    page.set_input_files(
        "#image", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"a letter, not a photo"}
    )
    page.click("[data-help]")
    expect(page.locator("#wrong_type")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-problem]")).to_be_visible()


def test_each_tab_is_an_address_of_its_own(page: Page) -> None:
    for path in PAGES:
        page.goto(path)
        expect(page.locator(".tabs [aria-current=page]")).to_have_attribute("href", path)
        page.click("nav >> text=Colorizer")
        page.set_input_files("#image", PHOTO)
        expect(page.locator("[data-start]")).to_be_enabled()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in [*PAGES, "/nowhere"]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_without_javascript_a_form_a_file_at_once_and_a_result_page(plain_page: Page) -> None:
    page = plain_page
    page.goto("/")
    stand_side_by_side(page)
    page.set_input_files("#image", PHOTO)
    with page.expect_download() as started:
        page.click("text=Add colour and download")
    assert started.value.suggested_filename == "camera-colorized.jpg"
    page.click("[data-start]")
    expect(page.locator("h1")).to_have_text("Your photo in colour")
    expect(page.locator("img[alt='Your photo, in colour']")).to_be_visible()
    with page.expect_download() as started:
        page.click("text=Download")
    assert started.value.suggested_filename == "camera-colorized.jpg"
    assert Image.open(io.BytesIO(Path(started.value.path()).read_bytes())).size == (512, 512)
    page.click("text=Another photo")
    expect(page.locator("#image")).to_be_visible()


def stand_side_by_side(page: Page) -> None:
    """The examples, before and after."""
    before = page.locator(".examples [data-before]").first.bounding_box()
    after = page.locator(".examples [data-after]").first.bounding_box()
    assert before and after
    assert before["x"] + before["width"] <= after["x"]
    assert page.locator(".examples before-after").count() >= 3


def test_without_javascript_an_error_in_words(plain_page: Page) -> None:
    page = plain_page
    page.goto("/")
    page.set_input_files(
        "#image", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"a letter, not a photo"}
    )
    page.click("[data-start]")
    expect(page.locator("[data-message]")).to_contain_text("not a photo")
    page.click("[data-help]")
    expect(page).to_have_url(re.compile("/faq#wrong_type$"))
    page.goto("/")
    page.set_input_files(
        "#image", {"name": "b.png", "mimeType": "image/png", "buffer": photo("PNG")}
    )
    page.click("[data-start]")
    expect(page.locator("h1")).to_have_text("Your photo in colour")


def test_without_javascript_too_large_is_told_on_the_page(plain_page: Page, settings: Any) -> None:
    plain_page.goto("/")
    settings.PHOTO_MAX_BYTES = 1_000_000
    page = plain_page
    page.set_input_files(
        "#image", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": bytes(1_000_001)}
    )
    page.click("[data-start]")
    expect(page.locator("[data-message]")).to_contain_text(too_large().message)
