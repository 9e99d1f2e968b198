"""A real Chromium on the real site; skipped in one clear line where there is no Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.looking import AXE
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
    # What is drawn goes through fewer hands, once, and in a few large pieces.
    "--in-process-gpu",
    "--disable-checker-imaging",
    "--num-raster-threads=1",
    "--default-tile-width=1280",
    "--default-tile-height=1024",
]
PHOTO = ROOT / "static/examples/before/camera.jpg"
VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
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


@pytest.fixture(scope="session", autouse=True)
def lasting_files() -> Iterator[None]:
    """Static files are asked for once, as in production, where their names tell them apart. Beside
    the site's own there is axe-core: as a file, it is sent to the browser once for many pages."""
    serve = StaticFilesHandler.serve

    def lasting(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        if request.path == AXE:
            answer: HttpResponseBase = HttpResponse(AXE_SCRIPT, content_type="text/javascript")
        else:
            answer = serve(self, request)
        answer["Cache-Control"] = "max-age=86400, immutable"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", lasting)
        yield


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the site, with its static files, without a limit on photos, and with a default
    vividness that leaves room to both sides."""
    settings.VIVIDNESS = 0.6
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "100000/min", raising=False)
    cache.clear()
    return str(live_server.url)


class KeptPages:
    """Pages that tests use one after another. Scripts stay compiled and styles parsed: what is
    opened takes a third of the processor time that it takes in a new context."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.pages: dict[bool, tuple[Page, list[str]]] = {}

    @contextmanager
    def lend(self, site: str, scripts: bool, afresh: bool) -> Iterator[Page]:
        """One with scripts or without, as if nothing had been opened in it. Its complaints fail the
        test."""
        kept = self.pages.pop(scripts, None)
        if kept and afresh:
            kept[0].context.close()
            kept = None
        page, complaints = kept or self.opened(site, scripts)
        yield page
        forget(page, site)
        heard = complaints.copy()
        complaints.clear()
        self.pages[scripts] = (page, complaints)
        assert not heard

    def opened(self, site: str, scripts: bool) -> tuple[Page, list[str]]:
        page = new_context(self.browser, site, java_script_enabled=scripts).new_page()
        return page, listen(page)


def forget(page: Page, site: str) -> None:
    """What a test may have left. Init scripts, clocks and listeners that act stay with a page: for
    these there is `new_page`."""
    for tab in page.context.pages:
        if tab != page:
            tab.close()
    page.unroute_all(behavior="wait")
    # Another site, or none, would have a process of its own.
    page.goto(f"{site}/healthz")
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": "all"})
    session.detach()
    page.context.clear_cookies()
    page.set_viewport_size(VIEWPORT)
    page.emulate_media(color_scheme="light")


@pytest.fixture(scope="session")
def kept_pages(browser: Browser) -> KeptPages:
    return KeptPages(browser)


@pytest.fixture
def page(kept_pages: KeptPages, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose every complaint (console errors, Content-Security-Policy) fails the test."""
    with kept_pages.lend(site, scripts=True, afresh=has_failed(request)) as page:
        yield page


@pytest.fixture
def plain_page(kept_pages: KeptPages, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Without JavaScript."""
    with kept_pages.lend(site, scripts=False, afresh=has_failed(request)) as page:
        yield page


def has_failed(request: pytest.FixtureRequest) -> bool:
    """The test is tried once more."""
    return getattr(request.node, "execution_count", 1) > 1


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[Page]:
    """In a context of its own, for what would stay with a page, or for a browser that knows nothing
    yet."""
    context = new_context(browser, site)
    page = context.new_page()
    complaints = listen(page)
    yield page
    context.close()
    assert not complaints


def new_context(browser: Browser, site: str, **options: Any) -> BrowserContext:
    """With reduced motion, so that nothing fades while it is checked, and where what is clicked on
    is one thing only."""
    options.setdefault("viewport", VIEWPORT)
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
