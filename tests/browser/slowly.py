"""Has the browser's tests meet a slow site: each answer takes its time, and clicks and keys wait
for nothing that they start. Tests that ask too early fail then, each time.

    .venv/bin/python -m pytest -p tests.browser.slowly tests/browser
"""

import functools
import time
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import Locator, Page

# Seconds for a page, a picture or an answer, and for a script or a style.
PAGE, STATIC = 0.5, 0.05


def impatient(act: Any) -> Any:
    @functools.wraps(act)
    def at_once(*args: Any, **options: Any) -> Any:
        return act(*args, no_wait_after=True, **options)

    return at_once


def slow(answer: Any) -> Any:
    @functools.wraps(answer)
    def slowly(site: Any, environ: dict[str, Any], start_response: Any) -> Any:
        time.sleep(STATIC if environ["PATH_INFO"].startswith("/static/") else PAGE)
        return answer(site, environ, start_response)

    return slowly


for kind in (Page, Locator):
    for name in ("click", "press"):
        setattr(kind, name, impatient(getattr(kind, name)))
# What the tests' server hands every request to.
StaticFilesHandler.__call__ = slow(StaticFilesHandler.__call__)  # type: ignore[method-assign]
