"""The API's pages under the site's own Content-Security-Policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context
from tests.browser.test_access import Scheme

# The rest of its rules is about Swagger UI's own elements.
OURS = {"runOnly": ["color-contrast", "landmark-one-main", "bypass", "page-has-heading-one"]}


def test_the_pages_list_every_operation_and_ask_nothing_from_outside(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs")
    expect(page.locator(".opblock")).to_have_count(21)
    page.locator(".opblock-post").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    origin = page.url.split("/api/")[0]
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_in_light_and_dark_and_lead_back(
    scheme: Scheme, browser: Browser, site: str
) -> None:
    context = new_context(browser, site, color_scheme=scheme)
    page = context.new_page()
    page.goto("/api/docs")
    page.locator(".opblock-patch .opblock-summary-control").last.click()
    expect(page.locator(".responses-table .headers").first).to_be_visible()
    found = Axe().run(page, options=OURS).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (paper == "rgb(27, 26, 24)") == (scheme == "dark")
    page.click(".brand")
    expect(page.locator("h1")).to_be_visible()
    assert page.url == f"{site}/"
    context.close()
