"""Accounts in a real browser: registering on a phone, and every page open to everybody."""

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.following import follow
from tests.browser.looking import look, problems
from tests.cast import PASSWORD, person
from tests.login import code_of_app, last_mail, link

PHONE: ViewportSize = {"width": 390, "height": 800}
OUTSIDE = ["login", "signup", "logout", "password/reset", "password/reset/done", "inactive",
           "confirm-email", "confirm-email/old", "password/reset/key/1-old",
           "password/reset/key/done"]  # fmt: skip
INSIDE = ["email", "password/change", "2fa", "2fa/recovery-codes", "2fa/recovery-codes/generate",
          "2fa/totp/deactivate", "2fa/reauthenticate", "logout"]  # fmt: skip


def send(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)
    follow(page, "main form .primary")


def log_in(page: Page, name: str = "ann") -> None:
    page.goto("/accounts/login/")
    send(page, login=name, password=PASSWORD)


def test_register_and_log_in_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    page.click("nav >> text=Sign up")
    send(page, email="ann@example.org", username="ann", password1="short", password2="short")
    expect(page.locator(".problem")).to_be_focused()
    expect(page.locator("#id_password1")).to_have_attribute("aria-invalid", "true")
    send(page, password1=PASSWORD, password2=PASSWORD)
    expect(page.locator("h1")).to_have_text("Check your email")
    page.goto(link(last_mail()))
    page.click("main .primary")
    expect(page.locator("[role=status]").first).to_contain_text("is confirmed")
    send(page, login="ann", password=PASSWORD)
    expect(page.locator("[data-messages]")).to_contain_text("You are logged in as ann.")
    header = page.locator(".site-header").bounding_box()
    assert header and header["height"] < 140  # three rows
    page.click("nav >> text=FAQ")  # a tab: no page is loaded, the message has had its time
    expect(page.locator("[data-messages]")).to_have_text("")
    page.click(".who")
    expect(page.locator("h1")).to_have_text("ann")
    page.go_back()
    expect(page.locator("h1:visible")).to_have_text("Frequently asked questions")
    page.click("text=Log out")
    expect(page.locator("[data-messages]")).to_have_text("You are logged out.")


def test_logging_in_leads_back_to_the_tab_one_was_on(page: Page) -> None:
    page.goto("/")
    person()
    page.click("nav >> text=About")
    expect(page.locator("h1:visible")).to_have_text("About Image Colorizer")
    page.click("nav >> text=Log in")
    send(page, login="ann", password=PASSWORD)
    expect(page.locator("h1:visible")).to_have_text("About Image Colorizer")


def test_recovery_codes_do_not_come_back_with_the_back_button(page: Page) -> None:
    person()
    log_in(page)
    set_up_app(page)
    code = page.locator(".codes code").first.inner_text()
    page.click("text=Log out")
    expect(page.locator("[data-messages]")).to_have_text("You are logged out.")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Log in")
    assert code not in page.content()


def set_up_app(page: Page) -> str:
    page.goto("/accounts/2fa/totp/activate/")
    key = page.inner_text(".key")
    send(page, code=code_of_app(key))
    expect(page.locator("h1")).to_have_text("Recovery codes")
    return key


def test_every_page_is_open_to_everybody(page: Page) -> None:
    person()
    for path in OUTSIDE:
        page.goto(f"/accounts/{path}/")
        look(page)
    page.goto("/accounts/signup/")
    send(page, email="ann@example.org", username="ann", password1="1234", password2="12345")
    look(page)
    log_in(page)
    look(page)
    page.goto("/accounts/2fa/")
    follow(page, "text=Set up")
    look(page)
    send(page, code="000000")
    look(page)
    send(page, code=code_of_app(page.inner_text(".key")))
    expect(page.locator("h1")).to_have_text("Recovery codes")
    look(page)
    for path in INSIDE:
        page.goto(f"/accounts/{path}/")
        look(page)
    follow(page, "main .primary")
    log_in(page)
    expect(page.locator("h1")).to_have_text("Two-factor authentication")
    look(page)


def test_an_address_that_waits_for_its_answer(page: Page) -> None:
    person()
    log_in(page)
    page.goto("/accounts/email/")
    send(page, email="ann@new.example")
    expect(page.locator(".aside")).to_contain_text("A link is on its way to ann@new.example.")
    assert problems(page) == []
    page.click("text=Keep the old address")
    expect(page.locator(".aside")).to_have_count(0)
