"""Other kinds of file, with and without JavaScript."""

from pathlib import Path

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import PHOTO
from tests.browser.test_flow import colorize
from tests.browser.test_gallery import home as home
from tests.cast import picture
from tests.fakes import FakeNetwork
from tests.photos import opened


def test_a_result_is_downloaded_as_tiff(page: Page, network: FakeNetwork) -> None:
    page.goto("/")
    colorize(page)
    page.get_by_text("Other kinds of file").click()
    page.select_option("#format", "tiff16")
    with page.expect_download() as download:
        page.click("[data-download-kind]")
    assert download.value.suggested_filename == "Small-colorized.tif"
    assert opened(Path(download.value.path()).read_bytes()).format == "TIFF"
    expect(page.locator("[data-kind-status]")).to_have_text("Downloaded.")


def test_without_javascript_the_kind_is_chosen_beside_the_button(
    plain_page: Page, network: FakeNetwork
) -> None:
    plain_page.goto("/")
    plain_page.set_input_files("#image", PHOTO)
    plain_page.select_option("[name=format]", "side-by-side")
    with plain_page.expect_download() as download:
        plain_page.get_by_role("button", name="Add colour and download").click()
    assert download.value.suggested_filename == "camera-before-after.jpg"


def test_a_picture_is_downloaded_as_png(home: Page, owner: User, network: FakeNetwork) -> None:
    kept = picture(owner, "Harbour")
    home.goto(kept.get_absolute_url())
    home.get_by_text("Other kinds of file").click()
    home.select_option("#format", "png16")
    with home.expect_download() as download:
        home.click("[data-download-kind]")
    assert download.value.suggested_filename == "Harbour-colorized.png"
