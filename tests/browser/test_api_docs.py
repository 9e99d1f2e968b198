"""The API's pages under the site's own Content-Security-Policy."""

from playwright.sync_api import Page, expect


def test_the_pages_list_every_operation_and_ask_nothing_from_outside(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs")
    expect(page.locator(".opblock")).to_have_count(21)
    page.locator(".opblock-post").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    origin = page.url.split("/api/")[0]
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
