"""A film, from choosing it to playing it in colour."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import problems
from tests.films.made import film

# Three seconds.
WEDDING = film(frames=75, size=(320, 240))


def test_from_a_film_to_one_in_colour(page: Page, hands: None) -> None:
    page.goto("/film")
    wedding: Any = {"name": "Wedding.mp4", "mimeType": "video/mp4", "buffer": WEDDING}
    page.set_input_files("#film-file", wedding)
    expect(page.locator("[data-length]")).to_have_text("All of it, 0:03.")
    assert problems(page) == []
    page.get_by_label("To (seconds)", exact=True).fill("2")
    page.click("#film-form [data-start]")
    expect(page.locator("[data-job-words]")).to_have_text("Your film is in colour.", timeout=60_000)
    play(page, page.locator("[data-player] video"))
    page.get_by_label("Compare black-and-white and colour").fill("50")
    assert problems(page) == []
    with page.expect_download() as started:
        page.click("[data-film-download]")
    assert started.value.suggested_filename == "Wedding-colorized.mp4"


def play(page: Page, video: Locator) -> None:
    """All of it, which is as long as the part that was asked for."""
    expect(video).to_have_js_property("readyState", 4)
    assert 1.9 < video.evaluate("video => video.duration") < 2.1
    video.evaluate("video => video.play()")
    expect(video).to_have_js_property("ended", True)
