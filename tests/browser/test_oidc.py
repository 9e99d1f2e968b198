"""Logging in by another site in a real browser, under the site's own Content-Security-Policy."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import oidc
from tests.browser.looking import problems


@pytest.fixture
def provider(settings: Any) -> Iterator[oidc.Provider]:
    with oidc.running() as provider:
        provider.claims = {"sub": "1", "email": "ann@example.org", "email_verified": True}
        oidc.use(settings, provider.url)
        yield provider


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png")


def test_there_and_back_again(provider: oidc.Provider, page: Page) -> None:
    page.goto("/accounts/signup/")
    shoot(page, "signup")
    assert not problems(page)
    page.goto("/accounts/login/")
    shoot(page, "login")
    assert not problems(page)
    page.click("text=Continue with Family login")
    expect(page.locator("h1")).to_have_text("Choose your username")
    expect(page.locator("#id_email")).to_be_disabled()
    shoot(page, "choose")
    assert not problems(page)
    page.fill("#id_username", "ann")
    page.click("main form .primary")
    expect(page.locator(".who")).to_have_text("ann")
    page.goto("/accounts/3rdparty/")
    shoot(page, "connections")
    assert not problems(page)
    page.click("text=Disconnect")
    expect(page.locator(".problem")).to_contain_text("Choose a password first.")
    shoot(page, "last")
    assert not problems(page)


def test_pages_on_the_way(provider: oidc.Provider, page: Page) -> None:
    for path in ("3rdparty/login/cancelled/", "3rdparty/login/error/"):
        page.goto(f"/accounts/{path}")
        shoot(page, path.split("/")[2])
        assert not problems(page)
