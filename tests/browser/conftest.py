"""A real Chromium on the real site; skipped in one clear line where there is no Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.conftest import ROOT

# While Playwright is open its loop runs in this thread, where Django would not touch its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# The shell is Chromium without its window: the same pages in three fifths of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHOTO = ROOT / "static/examples/before/camera.jpg"
# Milliseconds until something is missed, on a machine that is busy with all of the tests.
WAIT = 30_000
expect.set_options(timeout=WAIT)


def pytest_ignore_collect() -> bool | None:
    return True if CHROMIUM is None else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_line("SKIPPED tests/browser: there is no Chromium on this machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.django_db(transaction=True))
            # What a browser does on a busy machine has moments that no test can wait for. What
            # fails twice is a fault; what failed once is listed at the end of the run as RERUN.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the site, with its static files, without a limit on photos, and with a default
    vividness that leaves room to both sides."""
    settings.VIVIDNESS = 0.6
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "100000/min", raising=False)
    cache.clear()
    return str(live_server.url)


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose every complaint (console errors, Content-Security-Policy) fails the test."""
    context = new_context(browser, site)
    page = context.new_page()
    complaints = listen(page)
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def plain_page(browser: Browser, site: str) -> Iterator[Page]:
    """Without JavaScript."""
    context = new_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    yield page
    context.close()


def new_context(browser: Browser, site: str, **options: Any) -> BrowserContext:
    """With reduced motion, so that nothing fades while it is checked, and where what is clicked on
    is one thing only."""
    context = browser.new_context(
        base_url=site,
        accept_downloads=True,
        reduced_motion="reduce",
        strict_selectors=True,
        **options,
    )
    context.set_default_timeout(WAIT)
    return context


def listen(page: Page) -> list[str]:
    """What the page's console and its scripts complain of; answers of 4xx and 5xx are no surprise
    where a test asks for them."""
    complaints: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and "Failed to load resource" not in line.text:
            complaints.append(line.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)
    return complaints
