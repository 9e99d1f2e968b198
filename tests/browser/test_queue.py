"""Several photos at once: one row each, one after the other."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import User
from gallery.models import Picture
from tests.browser.looking import problems
from tests.browser.test_flow import LETTER, SMALL
from tests.browser.test_gallery import log_in
from tests.cast import grey

pytestmark = pytest.mark.usefixtures("network")


def photos(*shades: int) -> list[FilePayload]:
    return [
        {"name": f"scan-{shade}.png", "mimeType": "image/png", "buffer": grey(shade)}
        for shade in shades
    ]


def choose(page: Page, what: list[FilePayload]) -> None:
    page.set_input_files("#image", what)
    expect(page.locator("[data-row]")).to_have_count(len(what))
    expect(page.locator("[data-start]")).to_be_enabled()


def row(page: Page, number: int) -> Any:
    return page.locator("[data-row]").nth(number)


def test_five_photos_of_which_one_is_bad(page: Page) -> None:
    choose(page, [*photos(10, 60), LETTER, *photos(110, 160)])
    expect(row(page, 0)).to_contain_text("scan-10.png")
    page.click("[data-start]")
    expect(page.locator("[data-status]")).to_have_text("4 of 5 done. 1 could not be coloured.")
    expect(row(page, 2)).to_contain_text("not a photo")
    expect(page.locator("[data-row] a[download]")).to_have_count(4)
    with page.expect_download() as started:
        row(page, 3).locator("a").click()
    assert started.value.suggested_filename == "scan-110-colorized.jpg"
    assert Image.open(io.BytesIO(Path(started.value.path()).read_bytes())).size == (64, 64)
    expect(page.locator("[data-start]")).to_be_disabled()  # nothing is left to be coloured
    assert problems(page) == []
    page.click("form [data-reset]")
    expect(page.locator("[data-row]")).to_have_count(0)


def test_it_is_told_how_far_it_is(page: Page) -> None:
    choose(page, photos(10, 60, 110))
    held: list[Any] = []
    page.route("**/colorize", lambda route: held.append(route))
    page.click("[data-start]")
    for done in range(3):
        expect(page.locator("[data-status]")).to_have_text(f"{done} of 3 done …")
        while len(held) <= done:
            page.wait_for_timeout(50)
        assert len(held) == done + 1  # one after the other
        held[done].continue_()
    expect(page.locator("[data-status]")).to_have_text("3 of 3 done.")


def test_a_busy_server_is_asked_again_after_the_wait(page: Page) -> None:
    choose(page, photos(10, 60))
    busy = {"error": "busy", "message": "The server is busy.", "help": "", "request_id": "1"}
    wait = {"Retry-After": "1"}
    page.route(
        "**/colorize", lambda route: route.fulfill(status=503, json=busy, headers=wait), times=1
    )
    page.click("[data-start]")
    expect(row(page, 0)).to_contain_text("The server is busy. Trying again in 1 s.")
    expect(page.locator("[data-status]")).to_have_text("2 of 2 done.")


def test_cancelled_it_stops_and_goes_on_where_it_was(page: Page) -> None:
    choose(page, photos(10, 60, 110))
    held: list[Any] = []
    page.route("**/colorize", lambda route: held.append(route))
    page.click("[data-start]")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(row(page, 0).locator("a[download]")).to_be_visible()
    page.click("[data-cancel]")
    expect(page.locator("[data-status]")).to_have_text("Cancelled. 1 of 3 done.")
    expect(page.locator("[data-row] a[download]")).to_have_count(1)
    page.unroute("**/colorize")
    page.click("[data-start]")
    expect(page.locator("[data-status]")).to_have_text("3 of 3 done.")


@pytest.fixture
def home(page: Page, site: str, owner: User) -> Page:
    """The page, for somebody who is logged in."""
    log_in(page.context, owner, site)
    page.goto("/")
    return page


def test_with_an_account_they_are_all_in_the_gallery(home: Page) -> None:
    choose(home, photos(10, 60))
    home.click("[data-start]")
    expect(row(home, 1)).to_contain_text("Saved in your gallery")
    assert Picture.objects.count() == 2
    home.click("text=Open your gallery")
    expect(home.locator("[data-card]")).to_have_count(2)


def test_with_the_switch_off_each_can_be_downloaded(home: Page) -> None:
    home.uncheck("input[name=save][type=checkbox]")
    choose(home, photos(10, 60))
    home.click("[data-start]")
    expect(home.locator("[data-row] a[download]")).to_have_count(2)
    expect(home.get_by_text("Open your gallery")).to_be_hidden()
    assert not Picture.objects.exists()


def test_many_can_be_dropped_and_one_alone_is_as_ever(page: Page) -> None:
    page.evaluate(
        """(bytes) => {
          const transfer = new DataTransfer();
          for (const name of ["a.png", "b.png"]) {
            transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
          }
          const drop = { dataTransfer: transfer, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", drop));
        }""",
        list(grey()),
    )
    expect(page.locator("[data-row]")).to_have_count(2)
    page.set_input_files("#image", SMALL)
    expect(page.locator("[data-row]")).to_have_count(0)
    page.click("[data-start]")
    expect(page.locator(".result before-after")).to_be_visible()


def test_without_javascript_the_form_takes_one(plain_page: Page) -> None:
    assert plain_page.get_attribute("#image", "multiple") is None
