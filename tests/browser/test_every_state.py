"""The pages that one meets on the way only, open to everybody like all others."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from colorize.engine.errors import Damaged
from gallery.errors import OverQuota
from gallery.models import Picture
from gallery.services import bin
from jobs.ledger import told
from jobs.models import ItemState, JobState
from tests.browser.looking import look, unfold
from tests.browser.test_accounts import log_in
from tests.cast import name_publicly, person, picture
from tests.fakes import FakeNetwork
from tests.jobs.test_pages import job_of


@pytest.fixture
def owner(transactional_db: None) -> User:
    return person("owner")


@pytest.fixture
def home(page: Page, owner: User) -> Page:
    """The owner's browser, just logged in."""
    log_in(page, "owner")
    return page


def send_form_to(page: Page, address: str, with_token: bool = True) -> None:
    """Any form of the page, to where it does not belong."""
    if not with_token:
        page.eval_on_selector("main form [name=csrfmiddlewaretoken]", "field => field.remove()")
    with page.expect_navigation():
        page.eval_on_selector(
            "main form", "(form, address) => { form.action = address; form.submit() }", address
        )


def test_deleting_undoing_and_emptying(home: Page, owner: User, network: FakeNetwork) -> None:
    for shade in range(3):
        picture(owner, f"Number {shade}", shade)
    bin.move_to_bin(Picture.objects.filter(title="Number 0"))
    home.goto("/gallery")
    home.locator("input[name=pictures]").first.check()
    home.click("button[value=delete]")
    expect(home.locator(".message button")).to_have_text("Undo")
    look(home)
    home.click(".message button")
    expect(home.locator(".message")).to_have_text("Restored 1 picture.")
    home.goto("/gallery/bin")
    look(home)
    home.click("text=Empty bin")
    expect(home.locator("h1")).to_have_text("Empty the bin?")
    look(home)
    home.click("main .danger")
    expect(home.locator(".message")).to_have_text("Deleted 1 picture for good.")


def test_a_token_an_export_and_the_proof_before_them(home: Page, owner: User) -> None:
    home.goto("/profile")
    send_token_form(home)
    expect(home.locator("h1")).to_have_text("Your new token")
    look(home)
    for path in ("/profile", "/profile/export", "/profile/delete", "/accounts/reauthenticate/"):
        home.goto(path)
        unfold(home)
        look(home)


def send_token_form(page: Page) -> None:
    page.fill("form[action$=tokens] [name=name]", "script")
    page.click("form[action$=tokens] button")


def test_what_is_refused(home: Page, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, with_token, words in (
        ("/gallery", True, "This page does not accept forms"),
        ("/gallery/albums", False, "This page has expired"),
    ):
        home.goto("/gallery/albums")
        send_form_to(home, path, with_token)
        expect(home.locator("h1")).to_have_text(words)
        look(home)
    home.goto("/admin/")
    expect(home.locator("h1")).to_have_text("You don’t have permission")
    look(home)

    def fail(*args: object) -> None:
        raise RuntimeError("a failure that nobody foresaw")

    monkeypatch.setattr("gallery.views.pictures.page_of", fail)
    home.goto("/public")
    expect(home.locator("h1")).to_have_text("Something went wrong")
    look(home)


def test_somebody_who_has_been_suspended(page: Page, owner: User) -> None:
    name_publicly(owner, "anna")
    User.objects.update(is_active=False)
    page.goto("/people/anna")
    expect(page.locator("h1")).to_have_text("Page not found")
    look(page)
    log_in(page, "owner")
    expect(page.locator("h1")).to_have_text("This account is suspended")
    look(page)


@pytest.mark.parametrize("name", ["visitor", "owner"])
def test_a_job_in_every_state(page: Page, owner: User, site: str, name: str) -> None:
    mine: dict[str, Any] = {}
    if name == "owner":
        log_in(page, "owner")
        mine["owner"] = owner
    full = told(OverQuota(reason="it holds 10 pictures"))
    states = (ItemState.UPLOADING, ItemState.WAITING, ItemState.RUNNING, ItemState.RESTING)
    for job in (
        job_of(JobState.OPEN, **mine),
        job_of(JobState.OPEN, *states, **mine),
        job_of(JobState.RUNNING, ItemState.WAITING, ItemState.FAILED, **mine),
        job_of(JobState.CANCELLED, ItemState.CANCELLED, **mine),
        job_of(JobState.FAILED, ItemState.FAILED, error=full, **mine),
    ):
        job.items.filter(state=ItemState.FAILED).update(error=told(Damaged()))
        page.goto(job.get_absolute_url())
        unfold(page)
        look(page)
