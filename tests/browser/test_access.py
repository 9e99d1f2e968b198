"""axe-core finds nothing that shuts anybody out, on any page and in any state of it."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHOTO, new_context

Scheme = Literal["light", "dark"]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_and_state(scheme: Scheme, browser: Browser, site: str) -> None:
    context = new_context(
        browser, site, color_scheme=scheme, viewport={"width": 390, "height": 850}
    )
    page = context.new_page()
    for path in ("/faq", "/about", "/nowhere", "/"):
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        assert violations(page) == [], path
    page.set_input_files("#image", PHOTO)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()
    page.check("[data-map]")
    assert violations(page) == [], "result"
    page.click(".result [data-reset]")
    letter = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
    page.set_input_files("#image", letter)  # type: ignore[arg-type]
    expect(page.locator("[data-problem]")).to_be_visible()
    page.wait_for_timeout(300)  # the button's colours fade
    assert violations(page) == [], "error"
    context.close()
