"""The gallery in a real browser: claiming, scrolling, selecting, and nobody shut out."""

import time
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect
from pytest_django.fixtures import Settings

from accounts import tokens
from accounts.models import User
from colorize.service import Options
from gallery.models import Album, Picture
from gallery.services import bin, pictures, sharing, versions
from tests.browser.conftest import WAIT
from tests.browser.looking import problems, unfold
from tests.browser.sending import photos
from tests.browser.test_accounts import send
from tests.browser.test_contrast import FADED
from tests.browser.test_flow import SMALL, chroma, pixels, set_vividness
from tests.cast import PASSWORD, grey, name_publicly, person, picture, public_picture
from tests.login import last_mail, link

pytestmark = pytest.mark.usefixtures("network")


@pytest.fixture
def owner(transactional_db: None) -> User:
    return person("owner")


def log_in(context: BrowserContext, user: User, site: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


@pytest.fixture
def home(page: Page, site: str, owner: User) -> Page:
    """The owner's browser."""
    log_in(page.context, owner, site)
    return page


def colorize(page: Page, what: FilePayload = SMALL) -> None:
    page.set_input_files("#image", what)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()


def test_what_is_colorized_is_saved_at_once_or_after_all_as_the_switch_says(
    home: Page,
) -> None:
    home.goto("/")
    colorize(home)
    expect(home.locator("[data-saved]")).to_contain_text("vividness 60%.")
    home.click("[data-saved-link]")
    expect(home.locator("h1")).to_have_text("Small")
    home.goto("/")
    home.uncheck("input[name=save][type=checkbox]")
    colorize(home, *photos(60))
    expect(home.locator("[data-saved]")).to_contain_text("This photo is not saved.")
    set_vividness(home, 1)
    assert Picture.objects.count() == 1
    home.click("text=Save now")
    expect(home.locator("[data-saved]")).to_contain_text("vividness 100%.")
    assert Picture.objects.get(title="scan-60").shown.made_with.vividness == 1
    home.reload()
    expect(home.locator("input[name=save][type=checkbox]")).not_to_be_checked()
    assert Picture.objects.count() == 2


def test_the_vividness_that_one_sees_can_be_saved(home: Page, settings: Settings) -> None:
    """Where it cannot, that is told, and it can be tried again."""
    home.goto("/")
    colorize(home)
    expect(home.locator("[data-save]")).to_be_disabled()
    set_vividness(home, 1)
    settings.QUOTA_BYTES = 1
    home.click("text=Save this version")
    expect(home.locator("[data-saved]")).to_contain_text("Your gallery is full")
    settings.QUOTA_BYTES = 10**9
    home.click("text=Save this version")
    expect(home.locator("[data-saved]")).to_contain_text("vividness 100%.")
    expect(home.locator("[data-save]")).to_be_disabled()
    assert Picture.objects.get().shown.made_with.vividness == 1
    set_vividness(home, 0.5)
    expect(home.locator("[data-save]")).to_be_enabled()
    home.click("[data-saved-link]")
    expect(home.locator("h1")).to_have_text("Small")
    expect(home.locator("[data-messages]")).to_have_text("")  # told already


def visit(page: Page) -> None:
    """By somebody who is not logged in, and has a photo coloured."""
    page.goto("/")
    colorize(page)
    remembered(page)
    assert not Picture.objects.exists()


# The photo that waits in the browser, if one does; asked after whatever the page has asked before.
REMEMBERED = """async () => {
  const of = request => new Promise(done => { request.onsuccess = () => done(request.result) });
  const opened = await of(indexedDB.open("image-colorizer", 1));
  const store = opened.transaction("claim", "readwrite").objectStore("claim");
  const claim = await of(store.get("last"));
  opened.close();
  return claim;
}"""


def remembered(page: Page, **choice: Any) -> None:
    """Waits until the browser keeps the photo, with these colours if any are given. (Playwright's
    wait_for_function takes the promise of an answer for a yes.)"""
    end = time.monotonic() + WAIT / 1000
    while not (claim := page.evaluate(REMEMBERED)) or not choice.items() <= claim.items():
        assert time.monotonic() < end, claim
        page.wait_for_timeout(20)


def see_the_offer(page: Page) -> None:
    page.goto("/")
    expect(page.locator("[data-claim]")).to_be_visible()


def see_no_offer(page: Page) -> None:
    """Once the page has looked."""
    page.goto("/")
    page.evaluate(REMEMBERED)
    expect(page.locator("[data-claim]")).to_be_hidden()


def test_a_photo_from_before_logging_in_can_be_claimed_in_the_same_visit(
    page: Page, site: str, owner: User
) -> None:
    visit(page)
    log_in(page.context, owner, site)
    page.goto("/")
    expect(page.locator("[data-claim]")).to_contain_text("Small.png")
    save_claim(page)
    assert Picture.objects.get().owner == owner
    page.click("text=View it")
    expect(page.locator("h1")).to_have_text("Small")
    see_no_offer(page)


def save_claim(page: Page) -> None:
    page.click("[data-claim-save]")
    expect(page.locator("[data-claim]")).to_contain_text("Saved in your gallery.")


def test_the_tab_that_the_email_opens_has_the_photo_from_before(page: Page) -> None:
    visit(page)
    page.click("nav >> text=Sign up")
    send(page, email="ann@example.org", username="ann", password1=PASSWORD, password2=PASSWORD)
    expect(page.locator("h1")).to_have_text("Check your email")
    mailed = page.context.new_page()
    mailed.goto(link(last_mail()))
    mailed.click("main .primary")
    send(mailed, login="ann", password=PASSWORD)
    expect(mailed.locator(".who")).to_have_text("ann")
    see_the_offer(mailed)
    see_the_offer(page)
    save_claim(page)
    see_no_offer(mailed)


def test_a_claimed_photo_has_the_vividness_that_was_seen_last(
    page: Page, site: str, owner: User
) -> None:
    visit(page)
    log_in(page.context, owner, site)
    later = page.context.new_page()
    see_the_offer(later)
    set_vividness(page, 1)
    remembered(page, vividness=1)
    save_claim(later)
    assert Picture.objects.get().shown.made_with.vividness == 1


# Moves the slider as soon as there is one, before the photo can be in the browser's store.
HASTE = """() => new MutationObserver((_, observer) => {
  const slider = document.querySelector("#vividness-slider");
  if (!slider) return;
  observer.disconnect();
  slider.value = 1;
  slider.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document, { childList: true, subtree: true })"""


def test_a_vividness_chosen_at_once_is_remembered(page: Page) -> None:
    page.goto("/")
    page.evaluate(HASTE)
    colorize(page)
    remembered(page, vividness=1)


def test_no_means_that_it_is_not_offered_again(page: Page, site: str, owner: User) -> None:
    visit(page)
    log_in(page.context, owner, site)
    see_the_offer(page)
    page.click("[data-claim-forget]")
    see_no_offer(page)


def test_the_next_person_at_the_computer_is_not_offered_it(
    page: Page, site: str, owner: User
) -> None:
    visit(page)
    log_in(page.context, owner, site)
    see_the_offer(page)
    page.click("text=Log out")
    expect(page.locator("[data-messages]")).to_have_text("You are logged out.")
    log_in(page.context, person("next"), site)
    see_no_offer(page)


def test_after_an_hour_the_visit_has_expired(new_page: Page, site: str, owner: User) -> None:
    page = new_page
    page.clock.install()
    visit(page)
    log_in(page.context, owner, site)
    page.clock.fast_forward("59:00")
    see_the_offer(page)
    page.clock.fast_forward("01:01")
    see_no_offer(page)


def test_pictures_come_while_one_scrolls_and_back_from_one_one_is_where_one_was(
    home: Page, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.views.pictures.PAGE_SIZE", 12)
    for shade in range(30):
        picture(owner, f"Number {shade}", shade)
    home.set_viewport_size({"width": 390, "height": 800})
    home.goto("/gallery")
    opened = home.locator("[data-card] > a", has_text="Number 4")
    scroll_down(home, opened)
    opened.scroll_into_view_if_needed()
    home.wait_for_timeout(300)
    was = scrolled(home)
    assert was > 1000
    opened.click()
    expect(home.locator("h1")).to_have_text("Number 4")
    home.go_back()
    expect(opened).to_be_focused()
    expect(opened).to_be_in_viewport()
    home.wait_for_function("was => Math.round(scrollY) === was", arg=was)
    scroll_down(home, home.locator("[data-card]").nth(29))
    expect(home.locator("[data-card]")).to_have_count(30)
    expect(home.locator("[data-more]")).to_have_count(0)


def scroll_down(page: Page, what: Locator) -> None:
    """By the wheel, until it is there; for half a minute."""
    for _ in range(300):
        if what.count():
            return
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(100)
    raise AssertionError(what)


def scrolled(page: Page) -> int:
    return int(page.evaluate("Math.round(scrollY)"))


def test_ticked_pictures_are_counted_and_deleted_and_the_back_button_works(
    home: Page, owner: User
) -> None:
    for shade in range(8):
        picture(owner, f"Number {shade}", shade)
    home.goto("/gallery")
    expect(home.locator("button[value=delete]")).to_be_disabled()
    tick_between(home)
    home.click("[data-all]")
    expect(home.locator("[data-selected]")).to_have_text("8 selected")
    home.locator("input[name=pictures]").first.uncheck()
    home.click("button[value=delete]")
    expect(home.locator(".message")).to_contain_text("Moved 7 pictures to the bin.")
    home.click("[data-card] a")
    expect(home.locator("h1")).to_have_text("Number 7")
    home.go_back()
    expect(home.locator("[data-card]")).to_have_count(1)


def tick_between(page: Page) -> None:
    """Shift ticks everything between."""
    boxes = page.locator("input[name=pictures]")
    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-selected]")).to_have_text("5 selected")
    boxes.nth(3).click(modifiers=["Shift"])  # from the last one on, and as this one is now
    expect(page.locator("[data-selected]")).to_have_text("2 selected")


def test_on_a_phone_the_bar_stays_only_while_something_is_ticked(home: Page, owner: User) -> None:
    for shade in range(20):
        picture(owner, f"Number {shade}", shade)
    home.set_viewport_size({"width": 390, "height": 844})
    home.goto("/gallery")
    home.evaluate("scrollTo(0, 1500)")
    expect(home.locator("[data-selection]")).not_to_be_in_viewport()
    home.locator("input[name=pictures]").nth(10).check()
    expect(home.locator("[data-selection]")).to_be_in_viewport()
    bar = home.locator("[data-selection]").bounding_box()
    assert bar and bar["height"] < 70
    home.click("button[value=delete]")
    expect(home.locator(".message")).to_contain_text("Moved 1 picture to the bin.")


def test_recolouring_and_sharing_by_hand(home: Page, owner: User, plain_page: Page) -> None:
    kept = picture(owner)
    home.goto(f"/pictures/{kept.pk}")
    usual = round(Options().vividness * 100)
    expect(home.locator("form[data-recolor] output")).to_have_text(f"{usual}%")
    home.locator("#vividness").press("Home")
    expect(home.locator("form[data-recolor] output")).to_have_text("0%")
    home.get_by_role("button", name="Save as a new version").click()
    expect(home.locator(".message")).to_contain_text("New version saved")
    home.check("input[value=unlisted]")
    home.click("form[action$=share] button")
    address = home.locator("#link").input_value()
    plain_page.goto(address)  # by a visitor
    expect(plain_page.locator("h1")).to_have_text("Grandma")


@pytest.mark.parametrize("clipboard", [True, False])
def test_a_link_is_copied_also_on_plain_http(clipboard: bool, home: Page, owner: User) -> None:
    """Where browsers have no clipboard for scripts."""
    kept = picture(owner)
    sharing.share(kept)
    home.goto(kept.get_absolute_url())
    if not clipboard:
        home.evaluate("delete Navigator.prototype.clipboard")
    home.click("[data-copy]")
    expect(home.locator("[data-copy]")).to_have_text("Copied")
    home.fill("#id_title", "")
    home.press("#id_title", "Control+V")
    expect(home.locator("#id_title")).to_have_value(home.input_value("#link"))


def test_a_link_that_cannot_be_copied_is_selected(home: Page, owner: User) -> None:
    kept = picture(owner)
    sharing.share(kept)
    home.goto(kept.get_absolute_url())
    home.evaluate(
        "() => { delete Navigator.prototype.clipboard; document.execCommand = () => false }"
    )
    home.click("[data-copy]")
    expect(home.locator("[data-copy]")).to_have_text("Selected. Copy it now.")
    assert home.evaluate("getSelection().toString()") == home.input_value("#link")


def test_another_vividness_is_seen_before_it_is_asked_for(home: Page, owner: User) -> None:
    kept = pictures.colorize_and_save(owner, grey(side=256), Options()).picture
    home.goto(kept.get_absolute_url())
    home.locator("#vividness").press("Home")
    expect(home.locator("before-after [data-coloured]")).to_be_visible()
    expect(home.locator("[data-recolor-status]")).to_contain_text("This is a preview")
    pale = chroma(home.locator("before-after").screenshot())
    home.locator("#vividness").press("End")
    assert chroma(home.locator("before-after").screenshot()) > pale + 5
    assert kept.versions.count() == 1


def light(data: bytes) -> float:
    """Of the result's light end, at the right."""
    return float(pixels(data)[30:100, -50:-10, 1].mean())


def test_restored_contrast_is_previewed(home: Page, owner: User) -> None:
    kept = pictures.colorize_and_save(owner, FADED, Options()).picture
    home.goto(kept.get_absolute_url())
    before = light(home.locator("before-after").screenshot())
    home.get_by_text("Options", exact=True).click()
    home.get_by_label("Contrast").select_option("true")
    expect(home.locator("before-after [data-coloured]")).to_be_visible()
    expect(home.locator("[data-recolor-status]")).to_contain_text("This is a preview")
    assert light(home.locator("before-after").screenshot()) > before + 30
    assert kept.versions.count() == 1


def test_nobody_is_shut_out(page: Page, site: str, owner: User) -> None:
    shown = public_picture(owner)
    mine = picture(owner, "Mine", 3)
    versions.recolor(mine, Options(vividness=0.5))
    link = sharing.share(mine)
    bin.move_to_bin(Picture.objects.filter(pk=picture(owner, "Gone", 7).pk))
    Album.objects.create(owner=owner, name="Farm")
    name_publicly(owner, "anna")
    tokens.make(owner, "script", "read", 30)
    visitors = ["/public", "/people/anna", shown.get_absolute_url(), link.get_absolute_url()]
    own = ["/gallery", "/gallery/albums", "/gallery/bin", "/profile", "/profile/delete", "/"]
    for path in visitors:
        assert problems_at(page, path) == [], path
    log_in(page.context, owner, site)
    for path in [*own, mine.get_absolute_url(), shown.get_absolute_url()]:
        assert problems_at(page, path) == [], path


def problems_at(page: Page, path: str) -> list[str]:
    response = page.goto(path)
    assert response and response.status == 200, path
    unfold(page)
    return problems(page)
