"""A colour corrected without JavaScript, by its place in percent."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from colorize.engine.hints import hints_of
from colorize.service import Options
from gallery.models import Picture
from gallery.services import pictures, versions
from tests.browser.conftest import PHOTO
from tests.browser.test_gallery import home as home
from tests.browser.test_gallery import log_in
from tests.cast import person
from tests.fakes import FakeNetwork

HINT = "Strong yellowish green (#446622) at 25% from the left, 50% from the top"


@pytest.fixture
def owner(transactional_db: None) -> User:
    return person("owner")


@pytest.fixture
def kept(owner: User, hintable: FakeNetwork) -> Picture:
    return pictures.colorize_and_save(owner, PHOTO.read_bytes(), Options(), PHOTO.name).picture


@pytest.fixture
def plain_home(plain_page: Page, site: str, owner: User) -> Page:
    log_in(plain_page.context, owner, site)
    return plain_page


def test_a_colour_is_corrected_and_the_correction_removed(plain_home: Page, kept: Picture) -> None:
    plain_home.goto(kept.get_absolute_url())
    form = plain_home.get_by_role("region", name="Correct a colour")
    expect(form.get_by_role("list")).to_have_count(0)
    form.get_by_label("Percent from the left").fill("101")
    form.get_by_label("Percent from the top").fill("50")
    form.get_by_role("button", name="Save as a new version").click()
    expect(form.get_by_label("Percent from the left")).to_be_focused()
    assert "/hints" not in plain_home.url, "the browser sends nothing out of bounds"
    form.get_by_label("Percent from the left").fill("25")
    form.get_by_label("Colour", exact=True).fill("#446622")
    form.get_by_role("button", name="Save as a new version").click()
    expect(plain_home.get_by_role("status").first).to_contain_text("New version saved.")
    line = form.get_by_role("listitem")
    expect(line).to_contain_text(HINT)
    expect(plain_home.get_by_text("1 colour hint.")).to_be_visible()
    remove = line.get_by_role("button", name="Remove")
    expect(remove).to_have_accessible_description(re.compile(re.escape(HINT)))
    remove.click()
    expect(form.get_by_role("listitem")).to_have_count(0)
    kept.refresh_from_db()
    assert kept.versions.count() == 2 and not kept.shown.made_with.hints


def test_with_scripts_there_is_one_way_only(home: Page, kept: Picture) -> None:
    home.goto(kept.get_absolute_url())
    expect(home.get_by_role("button", name="Correct a colour")).to_be_visible()
    expect(home.get_by_role("region", name="Correct a colour")).to_have_count(0)


def test_the_form_fits_on_a_phone(plain_home: Page, kept: Picture) -> None:
    versions.recolor(kept, Options(hints=hints_of("0.25,0.5,#446622 0.5,0.5,grey 0,1,keep")))
    plain_home.set_viewport_size({"width": 360, "height": 800})
    plain_home.goto(kept.get_absolute_url())
    expect(plain_home.get_by_role("listitem").filter(has_text="Grey")).to_be_visible()
    assert plain_home.evaluate("document.documentElement.scrollWidth") <= 360
