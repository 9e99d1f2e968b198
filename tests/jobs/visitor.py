"""A visitor of a running site, whose browser has no scripts."""

import time
from typing import Any

import requests


def batch_by_form(site: str, photos: dict[str, bytes], seconds: float = 60) -> dict[str, Any]:
    """Send photos by the form of a batch, and wait until it is over: the job, as JSON. `site`: its
    address."""
    with requests.Session() as browser:
        assert browser.get(f"{site}/batch", timeout=60).status_code == 200
        form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        files = [("files", (name, data)) for name, data in photos.items()]
        page = browser.post(f"{site}/batch", form, files=files, timeout=60)
        assert page.status_code == 200 and "/jobs/" in page.url, page.text

        end = time.monotonic() + seconds
        while not (job := told(browser, page.url))["finished_at"]:
            assert time.monotonic() < end, job
            time.sleep(0.2)
        return job


def told(browser: requests.Session, page: str) -> dict[str, Any]:
    answer = browser.get(page, headers={"Accept": "application/json"}, timeout=60)
    found: dict[str, Any] = answer.json()
    return found


def colours_of(site: str, item: dict[str, Any]) -> bytes:
    """The result of an item."""
    answer = requests.get(f"{site}{item['result']}", timeout=60)
    assert answer.status_code == 200
    return answer.content
