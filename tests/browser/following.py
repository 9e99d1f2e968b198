"""Clicks that lead to another page. Playwright's own are over before that is there, and whatever is
asked next could still be asked of the page before."""

from playwright.sync_api import Page


def follow(page: Page, what: str) -> None:
    """Click on a link, or on a form's button, and wait for where it leads, with its scripts."""
    with page.expect_navigation():
        page.click(what)
