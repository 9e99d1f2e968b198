"""How far a photo is, on a line that is slow or breaks."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import CDPSession, FilePayload, Page, expect

from tests.browser.looking import problems
from tests.photos import photo

pytestmark = pytest.mark.usefixtures("network")

# Two photos: of noise, so that they have as many bytes as pixels.
SIDE = 1000
NOISE = photo("PNG", np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), np.uint8))
# Bytes a second: some are sent soon, next to none while one looks, and the rest at once.
SLOW, HELD, QUICK = 100_000, 1, -1
SOME = re.compile(r"0\.[1-9] of 1\.0 MB")


def large(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": NOISE}


@pytest.fixture
def line(page: Page) -> Iterator[Any]:
    """Sets how fast the browser sends."""
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def set_line(pace: float) -> None:
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
        session.send("Network.emulateNetworkConditions", conditions | {"uploadThroughput": pace})

    yield set_line
    session.detach()


def start(page: Page, *files: FilePayload) -> None:
    page.set_input_files("#image", list(files))
    expect(page.locator("[data-start]")).to_be_enabled()
    page.click("[data-start]")


def test_it_says_how_much_is_sent_and_then_that_it_colours(page: Page, line: Any) -> None:
    page.goto("/")
    page.evaluate(
        """() => {
          const status = document.querySelector("[data-status]");
          window.said = [];
          new MutationObserver(() => window.said.push(status.textContent))
            .observe(status, { childList: true });
        }"""
    )
    line(SLOW)
    start(page, large("scan.png"))
    # Words and bar at one moment: the next may be the last of sending.
    page.wait_for_function(
        """() => {
          const view = document.querySelector("[data-progress]");
          const bar = view.querySelector("progress");
          const share = bar.value / bar.max;
          const words = view.querySelector("[data-numbers]").textContent;
          return words.includes("0.") && words.includes(" of 1.0 MB") && 0 < share && share < 1;
        }"""
    )
    assert problems(page) == []
    line(QUICK)
    expect(page.locator(".result before-after")).to_be_visible()
    expect(page.locator("[data-progress]")).to_be_hidden()
    said = page.evaluate("window.said")
    assert said.index("Sending the photo …") < said.index("Colouring the photo …")
    assert len(said) == len(set(said)) and len(said) < 8


def test_cancelled_the_photo_stays_chosen(page: Page, line: Any) -> None:
    page.goto("/")
    line(SLOW)
    start(page, large("scan.png"))
    expect(page.locator("[data-numbers]")).to_have_text(SOME)
    line(HELD)
    page.click("[data-progress] button")
    expect(page.locator("[data-status]")).to_have_text(
        "Cancelled. Press “Add colour” to start again."
    )
    expect(page.locator("[data-progress]")).to_be_hidden()
    line(QUICK)
    page.click("[data-start]")
    expect(page.locator(".result before-after")).to_be_visible()


def test_a_broken_connection_is_said_and_can_be_tried_again(page: Page) -> None:
    page.goto("/")
    page.route("**/colorize", lambda route: route.abort("connectionreset"), times=1)
    start(page, large("scan.png"))
    message = page.locator("[data-message]")
    expect(message).to_contain_text("No connection to the server.")
    expect(message).to_contain_text("your photo is still here")
    page.click("[data-retry]")
    expect(page.locator(".result before-after")).to_be_visible()


def test_it_is_said_how_far_a_broken_upload_was(page: Page) -> None:
    page.goto("/")
    words = """async (step) => (await import("/static/js/send.js")).unreachable(step).message"""
    step = {"stage": "Sending", "done": 12e6, "total": 48e6}
    assert "The connection broke after 12 of 48 MB." in page.evaluate(words, step)
