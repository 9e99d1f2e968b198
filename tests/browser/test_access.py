"""Nobody is shut out of the colorizer, in any state of it."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHOTO
from tests.browser.looking import problems, unfold


def test_every_page_and_state(page: Page) -> None:
    for path in ("/faq", "/about", "/nowhere", "/"):
        page.goto(path)
        unfold(page)
        assert problems(page) == [], path
    page.set_input_files("#image", PHOTO)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    page.check("[data-show-map]")
    assert problems(page) == [], "result"
    page.click(".result [data-reset]")
    letter = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
    page.set_input_files("#image", letter)  # type: ignore[arg-type]
    expect(page.locator("[data-problem]")).to_be_visible()
    assert problems(page) == [], "error"
