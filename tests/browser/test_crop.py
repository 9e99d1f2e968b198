"""A photo is turned, straightened and cropped: with a mouse, by keys, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from gallery.models import Picture
from tests.browser.conftest import PHOTO, new_context
from tests.browser.looking import problems
from tests.browser.test_flow import choose, ready
from tests.browser.test_gallery import home, log_in, owner  # noqa: F401
from tests.cast import picture
from tests.photos import opened

pytestmark = pytest.mark.usefixtures("network")
SUMMARY = "summary:has-text('Crop, turn, straighten')"


@pytest.fixture
def kept(home: Page, owner: User) -> Picture:  # noqa: F811
    """A saved picture of 64 × 64 pixels, whose owner has opened its editor."""
    kept = picture(owner)
    home.goto(kept.get_absolute_url())
    open_editor(home)
    return kept


def open_editor(page: Page) -> None:
    page.click(SUMMARY)
    expect(page.locator(".crop-editor.ready")).to_be_visible()


def canvas_shape(page: Page) -> list[int]:
    shape: list[int] = page.locator("canvas[aria-label*=straightened]").evaluate(
        "canvas => [canvas.width, canvas.height]"
    )
    return shape


def drag(page: Page, handle: Locator, x: float, y: float) -> None:
    """By shares of the picture."""
    area = page.locator("[data-area]").bounding_box()
    box = handle.bounding_box()
    assert area and box
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + x * area["width"], at[1] + y * area["height"], steps=4)
    page.mouse.up()


def numbers(field: Locator) -> list[float]:
    return [float(word) for word in field.input_value().split()]


def save(page: Page) -> None:
    form = page.locator("form", has=page.locator("[data-crop-editor]"))
    form.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("New version saved.")).to_be_visible()


def test_handles_are_dragged(home: Page, kept: Picture) -> None:  # noqa: F811
    crop = home.locator("[name=crop]").and_(home.locator(":visible"))
    home.locator(".crop-editor").scroll_into_view_if_needed()
    drag(home, home.get_by_role("button", name="Bottom right corner"), -0.25, -0.5)
    assert numbers(crop) == pytest.approx([0, 0, 75, 50], abs=1)
    drag(home, home.get_by_role("button", name="Left edge"), 0.25, 0.3)
    assert numbers(crop) == pytest.approx([25, 0, 75, 50], abs=1.5)
    drag(home, home.get_by_role("button", name="Move the frame"), 0.9, 0.25)
    assert numbers(crop) == pytest.approx([50, 25, 100, 75], abs=1.5)
    expect(home.locator("[data-kept]")).to_contain_text("50% of the height")
    save(home)
    kept.refresh_from_db()
    assert opened(kept.shown.result.read()).size == (32, 32)


def test_a_finger_drags_a_handle(browser: Browser, site: str) -> None:
    context = new_context(
        browser, site, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 850}
    )
    page = context.new_page()
    page.goto("/")
    choose(page, PHOTO)
    ready(page)
    open_editor(page)
    corner = page.get_by_role("button", name="Top left corner")
    corner.scroll_into_view_if_needed()
    box, area = corner.bounding_box(), page.locator("[data-area]").bounding_box()
    assert box and area and box["width"] >= 40
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touches = context.new_cdp_session(page)
    way = [("touchStart", 0.0), ("touchMove", 0.1), ("touchMove", 0.2), ("touchEnd", None)]
    for kind, share in way:
        at = [] if share is None else [{"x": x + share * area["width"], "y": y}]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    crop = page.locator("[name=crop]")
    assert numbers(crop) == pytest.approx([20, 0, 100, 100], abs=1.5)
    context.close()


def test_arrow_keys_move_the_handles(home: Page, kept: Picture) -> None:  # noqa: F811
    crop = home.locator("[name=crop]").and_(home.locator(":visible"))
    corner = home.get_by_role("button", name="Top left corner")
    corner.press("Shift+ArrowRight")
    corner.press("ArrowDown")
    corner.press("ArrowUp")
    corner.press("Shift+ArrowDown")
    assert numbers(crop) == [5, 5, 100, 100]
    home.get_by_role("button", name="Move the frame").press("ArrowLeft")
    assert numbers(crop) == [4.5, 5, 99.5, 100]
    home.get_by_role("button", name="Turn right").press("Enter")
    assert numbers(crop) == [0, 4.5, 95, 99.5]
    expect(home.locator("[name=turn]").first).to_have_value("90")
    home.get_by_role("button", name="Undo all").click()
    expect(crop).to_have_value("")


def test_the_drawing_follows_the_fields(page: Page) -> None:
    page.goto("/")
    choose(page, PHOTO)
    ready(page)
    open_editor(page)
    width, height = canvas_shape(page)
    page.get_by_role("button", name="Turn left").click()
    assert canvas_shape(page) == [height, width]
    page.get_by_label("Straighten", exact=True).fill("10")
    assert page.locator("[name=straighten]").input_value() == "10"
    assert canvas_shape(page)[0] < height
    page.get_by_label("Straighten (degrees clockwise)").fill("0")
    assert canvas_shape(page) == [height, width]
    page.get_by_label("Crop (in percent)").fill("10 0 50 100")
    frame = page.locator(".crop-frame").bounding_box()
    area = page.locator("[data-area]").bounding_box()
    assert frame and area
    assert frame["width"] == pytest.approx(0.4 * area["width"], abs=2)


def test_a_visitors_photo_is_turned_before_it_is_coloured(page: Page) -> None:
    page.goto("/")
    choose(page, PHOTO)
    ready(page)
    width, height = opened(PHOTO.read_bytes()).size
    open_editor(page)
    page.get_by_role("button", name="Turn right").click()
    page.click("[data-start]")
    expect(page.locator(".result [data-facts]")).to_contain_text(f"{height} × {width}")
    sizes = page.locator(".result before-after img").evaluate_all(
        "images => images.map(image => image.naturalWidth > image.naturalHeight)"
    )
    assert sizes == [height > width] * 2


def test_another_photo_starts_without_a_frame(page: Page) -> None:
    page.goto("/")
    expect(page.locator(SUMMARY)).to_be_hidden()
    choose(page, PHOTO)
    ready(page)
    open_editor(page)
    page.get_by_role("button", name="Turn right").click()
    page.get_by_label("Crop (in percent)").fill("10 0 50 100")
    page.get_by_role("button", name="Another photo").click()
    expect(page.locator(SUMMARY)).to_be_hidden()
    choose(page, PHOTO)
    ready(page)
    assert page.locator("[name=crop]").input_value() == ""
    assert page.locator("[name=turn]").input_value() == "0"


def test_without_javascript_numbers_do_it(
    plain_page: Page,
    site: str,
    owner: User,  # noqa: F811
) -> None:
    page = plain_page
    log_in(page.context, owner, site)
    kept = picture(owner)
    page.goto(kept.get_absolute_url())
    page.click(SUMMARY)
    expect(page.locator(".crop-stage")).to_be_hidden()
    page.get_by_label("Turn", exact=True).select_option("90° right")
    page.get_by_label("Straighten (degrees clockwise)").fill("-1.5")
    page.get_by_label("Crop (in percent)").fill("0 0 50 100")
    save(page)
    kept.refresh_from_db()
    made_with = kept.shown.made_with
    assert (made_with.turn, made_with.straighten, made_with.crop) == (90, -1.5, "0 0 50 100")


def test_nobody_is_shut_out_of_the_editor(home: Page, kept: Picture) -> None:  # noqa: F811
    home.get_by_role("button", name="Top left corner").press("Shift+ArrowRight")
    assert problems(home) == []
