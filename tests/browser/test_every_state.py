"""The pages that one meets on the way only, open to everybody like all others."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from gallery import service
from gallery.models import Picture, Profile
from tests.accounts import code_of_app
from tests.browser.conftest import new_context
from tests.browser.test_access import Scheme
from tests.browser.test_accounts import log_in, look, send
from tests.cast import person, picture
from tests.fakes import FakeNetwork

SCREENS = pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])


@pytest.fixture
def owner(transactional_db: None) -> User:
    return person("owner")


@pytest.fixture
def home(width: int, scheme: Scheme, browser: Browser, site: str, owner: User) -> Page:
    """The owner's browser, just logged in."""
    context = new_context(
        browser, site, color_scheme=scheme, viewport={"width": width, "height": 850}
    )
    page = context.new_page()
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


@SCREENS
def test_deleting_undoing_and_emptying(
    home: Page, width: int, owner: User, network: FakeNetwork
) -> None:
    for shade in range(3):
        picture(owner, f"Number {shade}", shade)
    service.throw_away(Picture.objects.filter(title="Number 0"))
    home.goto("/gallery")
    home.locator("input[name=pictures]").first.check()
    home.click("button[value=delete]")
    expect(home.locator(".message button")).to_have_text("Undo")
    look(home, width)
    home.click(".message button")
    expect(home.locator(".message")).to_have_text("As before: 1 picture.")
    home.goto("/gallery/bin")
    look(home, width)
    home.click("text=Empty the whole bin")
    expect(home.locator("h1")).to_have_text("Empty the whole bin?")
    look(home, width)
    home.click("main .danger")
    expect(home.locator(".message")).to_have_text("Deleted for good: 1 picture.")


@SCREENS
def test_a_token_an_export_and_the_proof_before_them(home: Page, width: int, owner: User) -> None:
    home.goto("/profile")
    send_token_form(home)
    expect(home.locator("h1")).to_have_text("Your new token")
    look(home, width)
    for path in ("/profile", "/profile/export", "/profile/delete", "/accounts/reauthenticate/"):
        home.goto(path)
        for summary in home.locator("summary").all():
            summary.click()
        look(home, width)


def send_token_form(page: Page) -> None:
    page.fill("form[action$=tokens] [name=name]", "script")
    page.click("form[action$=tokens] button")


@SCREENS
def test_two_factor_log_in_from_setting_up_to_its_codes(home: Page, width: int) -> None:
    home.goto("/accounts/2fa/totp/activate/")
    look(home, width)
    send(home, code=code_of_app(home.inner_text(".key")))
    expect(home.locator("h1")).to_have_text("Recovery codes")
    look(home, width)
    for path in ("", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/"):
        home.goto(f"/accounts/2fa/{path}")
        look(home, width)


@SCREENS
def test_what_is_refused(
    home: Page, width: int, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for with_token, words in (
        (True, "This address does not take that"),
        (False, "The form has grown old"),
    ):
        home.goto("/gallery/albums")
        send_form_to(home, "/gallery", with_token)
        expect(home.locator("h1")).to_have_text(words)
        look(home, width)
    home.goto("/admin/")
    expect(home.locator("h1")).to_have_text("This page may not be seen")
    look(home, width)

    def fail(*args: object) -> None:
        raise RuntimeError("a failure that nobody foresaw")

    monkeypatch.setattr("gallery.views.pictures.page_of", fail)
    home.goto("/public")
    expect(home.locator("h1")).to_have_text("The server failed")
    look(home, width)


@SCREENS
def test_somebody_who_has_been_suspended(
    width: int, scheme: Scheme, browser: Browser, site: str, owner: User
) -> None:
    Profile.objects.create(user=owner, public_name="anna")
    User.objects.update(is_active=False)
    context = new_context(
        browser, site, color_scheme=scheme, viewport={"width": width, "height": 850}
    )
    page = context.new_page()
    page.goto("/people/anna")
    expect(page.locator("h1")).to_have_text("There is no such page")
    look(page, width)
    log_in(page, "owner")
    expect(page.locator("h1")).to_have_text("This account is suspended")
    look(page, width)
    context.close()
