"""The API's pages under the site's own Content-Security-Policy."""

from playwright.sync_api import Page, expect

from tests.browser.looking import SCHEMES, problems, switch

# Leaves the last operation of each method: all of them look alike, and axe-core looks long.
ONE_OF_EACH = """() => {
  const later = new Set();
  for (const each of [...document.querySelectorAll(".opblock")].reverse()) {
    if (later.has(each.className.split(" ")[1])) each.style.display = "none";
    later.add(each.className.split(" ")[1]);
  }
}"""
# The rest of its rules is about Swagger UI's own elements.
OURS = ("color-contrast", "landmark-one-main", "bypass", "page-has-heading-one")


def test_the_pages_list_every_operation_and_ask_nothing_from_outside(new_page: Page) -> None:
    page = new_page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs")
    expect(page.locator(".opblock")).to_have_count(37)
    page.locator(".opblock-post").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    origin = page.url.split("/api/")[0]
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


def test_the_pages_can_be_read_in_light_and_dark_and_lead_back(page: Page, site: str) -> None:
    page.goto("/api/docs")
    page.locator(".opblock-patch .opblock-summary-control").last.click()
    expect(page.locator(".responses-table .headers").first).to_be_visible()
    page.evaluate(ONE_OF_EACH)
    expect(page.locator(".opblock:visible")).to_have_count(4)
    assert problems(page, *OURS) == []
    papers = []
    for scheme in SCHEMES:
        switch(page, scheme)
        papers.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert papers[0] != papers[1] == "rgb(27, 26, 24)"
    page.click(".brand")
    expect(page).to_have_url(f"{site}/")
    expect(page.locator("h1")).to_be_visible()
