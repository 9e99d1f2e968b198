"""Before and after: with a slider on pages, beside each other on the desk."""

import pytest
from playwright.sync_api import Locator, Page, expect

from gallery.models import Picture, Review
from tests.browser.test_desk import QUEUE, log_in
from tests.cast import person, public_picture

pytestmark = pytest.mark.usefixtures("network")


@pytest.fixture
def shown(site: str) -> Picture:
    return public_picture(person("owner"))


def are_beside(pair: Locator) -> bool:
    before = pair.locator("[data-before] img").bounding_box()
    after = pair.locator("[data-after] img").bounding_box()
    assert before and after
    return before["x"] + before["width"] <= after["x"] and before["y"] == after["y"]


def test_a_shared_picture_has_the_slider(page: Page, shown: Picture) -> None:
    page.goto(shown.get_absolute_url())
    slide = page.get_by_label("Compare before and after")
    slide.press("Home")
    expect(slide).to_have_attribute("aria-valuetext", "0% before, 100% after")
    expect(page.get_by_alt_text("Harbour, original")).to_have_js_property("naturalWidth", 64)
    expect(page.get_by_alt_text("Harbour, in colour")).to_have_js_property("naturalWidth", 64)


def test_without_javascript_a_shared_picture_has_both(plain_page: Page, shown: Picture) -> None:
    plain_page.goto(shown.get_absolute_url())
    assert are_beside(plain_page.locator("before-after"))


def test_on_the_desk_both_are_in_view(page: Page, site: str, shown: Picture) -> None:
    log_in(page, site)
    change = f"/admin/gallery/picture/{shown.pk}/change/"
    for path in ("/admin/gallery/picture/", change):
        page.goto(path)
        assert are_beside(page.locator("before-after"))
    Picture.objects.update(review=Review.WAITING)
    page.goto(QUEUE)
    assert are_beside(page.locator("before-after"))
    expect(page.locator("before-after input")).to_have_count(0)
