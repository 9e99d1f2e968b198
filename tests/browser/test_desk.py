"""The review queue by keyboard, and without scripts; reporting a picture."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from gallery.models import Picture, Report, Review
from gallery.services import moderation, sharing
from tests.browser.looking import WIDTHS, problems
from tests.cast import person, picture, public_picture

pytestmark = pytest.mark.usefixtures("network")
QUEUE = "/admin/gallery/picture/queue/"
RIGHTS = (
    "review_picture",
    "view_picture",
    "view_report",
    "change_report",
    "view_person",
    "view_logentry",
)


def log_in(page: Page, site: str) -> None:
    """As a moderator; each browser test begins with an empty database, without the group."""
    user = person("moderator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.fixture
def three(site: str) -> list[Picture]:
    owner, kept = person("owner"), []
    for number in (1, 2, 3):
        kept.append(picture(owner, f"Picture {number}", number * 50))
        sharing.publish(kept[-1])
    return kept


def states() -> list[str]:
    return list(Picture.objects.order_by("created_at").values_list("review", flat=True))


def focused(page: Page) -> str:
    return page.locator("[data-card]:focus h2").inner_text()


def test_the_queue_by_keyboard_alone(page: Page, site: str, three: list[Picture]) -> None:
    log_in(page, site)
    page.goto(QUEUE)
    expect(page.locator("[data-card]")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Picture 2"
    page.keyboard.press("k")
    assert focused(page) == "Picture 1"
    page.keyboard.press("a")
    expect(page.locator("[data-card]")).to_have_count(2)
    assert focused(page) == "Picture 2"
    page.keyboard.press("r")
    page.keyboard.type("a j k h x?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-card]")).to_have_count(1)
    assert focused(page) == "Picture 3"
    page.keyboard.press("h")
    expect(page.locator(".desk-empty")).to_be_visible()
    assert states() == [Review.APPROVED, Review.REJECTED, Review.HIDDEN]
    assert Picture.objects.get(review=Review.REJECTED).review_reason == "a j k h x?"


def test_selected_by_key_decided_together(page: Page, site: str, three: list[Picture]) -> None:
    log_in(page, site)
    page.goto(QUEUE)
    page.keyboard.press("?")
    expect(page.locator(".desk-keys dl")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.click("#bulk button[value=approve]")
    expect(page.locator("[data-card]")).to_have_count(1)
    assert states() == [Review.APPROVED, Review.APPROVED, Review.WAITING]


def test_the_queue_without_scripts(plain_page: Page, site: str, three: list[Picture]) -> None:
    log_in(plain_page, site)
    plain_page.goto(QUEUE)
    expect(plain_page.locator("[data-keys]")).to_be_hidden()
    card = plain_page.locator("[data-card]").first
    card.locator("textarea").fill("No faces, please")
    card.locator("button[value=reject]").click()
    expect(plain_page.locator("[data-card]")).to_have_count(2)
    plain_page.locator("[data-select]").first.check()
    plain_page.click("#bulk button[value=approve]")
    expect(plain_page.locator("[data-card]")).to_have_count(1)
    assert states() == [Review.REJECTED, Review.APPROVED, Review.WAITING]


def test_no_page_of_the_desk_shuts_anybody_out(page: Page, site: str, three: list[Picture]) -> None:
    shown = public_picture(three[0].owner, "Shown", 7)
    Report.objects.create(picture=shown, visitor="x", reason="rights", words="I took it")
    page.goto(f"/pictures/{shown.pk}/report")
    page.click("text=Send report")
    expect(page.locator(".errorlist")).to_be_visible()
    assert problems(page) == [], "report"
    log_in(page, site)
    page.goto(QUEUE)
    expect(page.locator("[data-card]")).to_have_count(4)
    page.keyboard.press("?")
    assert ours(page) == [], "queue"


def test_no_list_of_the_desk_is_cut_off_at_the_edge(
    page: Page, site: str, three: list[Picture]
) -> None:
    Picture.objects.update(title="The market square of Königsberg before the war")
    three[0].owner.username = "bertholdschwarzenberg"
    three[0].owner.save()
    Report.objects.create(picture=three[0], visitor="x", reason="rights", words="I took it " * 8)
    admin = User.objects.create_superuser("admin")
    moderation.hide(admin, Picture.objects.filter(pk=three[0].pk), "It shows an address. " * 5)
    log_in(page, site)
    for path in ("gallery/picture", "accounts/person", "gallery/report", "auditlog/logentry"):
        page.goto(f"/admin/{path}/")
        assert ours(page) == [], path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 850})
            cut = page.eval_on_selector(".results", "box => box.scrollWidth - box.clientWidth")
            assert cut <= 0, path
            if path == "auditlog/logentry":
                expect(page.locator("td.field-reason").first).to_be_in_viewport()
    page.goto("/admin/")
    assert ours(page) == []


def ours(page: Page) -> list[str]:
    """Not those of the admin's own frame."""
    return [found for found in problems(page) if re.search("desk|card-|field-|wide", found)]


def test_a_visitor_reports_a_picture_without_scripts(
    plain_page: Page, three: list[Picture]
) -> None:
    shown = public_picture(three[0].owner, "Shown", 7)
    plain_page.goto(f"/pictures/{shown.pk}/report")
    plain_page.click("text=Something else")
    plain_page.click("text=Send report")
    expect(plain_page.locator(".errorlist")).to_have_text("Please say what is wrong.")
    plain_page.fill("textarea", "It hangs upside down")
    plain_page.click("text=Send report")
    plain_page.wait_for_url(f"**/pictures/{shown.pk}")
    assert User.objects.get(username="owner") and Report.objects.get().reason == "other"
