"""A faded photo: the page says so, and restores its contrast where that is wanted."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_flow import colorize, download, pixels
from tests.fakes import FakeNetwork
from tests.photos import photo

FADED = photo("PNG", np.tile(np.linspace(110, 170, 240).astype(np.uint8), (160, 1)))
RESTORED = "This photo is faded, and its contrast was restored."


def contrast(data: bytes) -> float:
    return float(np.ptp(pixels(data)[..., 1]))


def test_contrast_is_restored_where_that_is_offered(page: Page, network: FakeNetwork) -> None:
    page.goto("/")
    colorize(page, {"name": "faded.png", "mimeType": "image/png", "buffer": FADED})
    expect(page.get_by_text("Faded. Mostly safe guesses")).to_be_visible()
    before = contrast(download(page)[1])
    page.get_by_role("button", name="Restore contrast").click()
    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert contrast(download(page)[1]) > before + 100
    page.get_by_role("button", name="Keep the photo’s own contrast").click()
    expect(page.get_by_text("This photo is faded.")).to_be_visible()
    assert contrast(download(page)[1]) == pytest.approx(before, abs=3)
