"""A network with one answer, and no word on how sure it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_flow import chroma, colorize, download
from tests.conftest import use
from tests.fakes import FakeNetwork


def test_it_has_no_slider_and_no_number(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto("/")
    use(monkeypatch, FakeNetwork((20, 40), None, confidence=None))
    colorize(page)
    expect(page.locator("#vividness-slider")).to_be_hidden()
    expect(page.locator("[data-confidence]")).to_be_hidden()
    expect(page.get_by_text("does not say how sure it is")).to_be_visible()
    expect(page.get_by_text("no vividness setting")).to_be_visible()
    assert chroma(download(page)[1]) > 10


def test_another_says_nothing_of_the_kind(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto("/")
    use(monkeypatch, FakeNetwork())
    colorize(page)
    expect(page.locator("#vividness-slider")).to_be_visible()
    expect(page.get_by_text("does not say how sure it is")).to_be_hidden()
    expect(page.get_by_text("no vividness setting")).to_be_hidden()
