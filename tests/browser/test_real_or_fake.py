"""Real or fake: by keys, by clicks and without JavaScript, as people see it."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from real_or_fake.models import Kind, Round, Trial
from tests.browser.looking import look

# Notes what is shown, and for how long.
WATCH = """() => {
  window.seen = [];
  new MutationObserver(changes => {
    for (const { target } of changes) window.seen.push([target.dataset.shown, performance.now()]);
  }).observe(document.querySelector("main"), { subtree: true, attributeFilter: ["data-shown"] });
}"""


@pytest.fixture(autouse=True)
def short(settings: Any, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of one pair for practice and two others, each photo for a fifth of a second."""
    settings.REAL_OR_FAKE_PAIRS = 2
    for place in ("views", "services.rounds"):
        monkeypatch.setattr(f"real_or_fake.{place}.SECONDS", 0.2)


def current() -> Trial:
    trial = Round.objects.get().current()
    assert trial
    return trial


def begin(page: Page) -> None:
    """A round, up to where its first pair waits to be shown."""
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("[data-go]")).to_be_focused()


def asked(page: Page, progress: str) -> Trial:
    """The pair that the page asks about."""
    expect(page.locator(".trial-progress")).to_contain_text(progress)
    expect(page.locator(".picks")).to_be_visible()
    expect(page.locator("[data-stage] img:visible")).to_have_count(0)
    return current()


def test_a_round_by_keys(page: Page) -> None:
    page.goto("/real-or-fake")
    look(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-go]")).to_be_focused()
    look(page)
    page.keyboard.press("Space")
    trial = asked(page, "Practice pair 1 of 1")
    look(page)
    page.keyboard.press("ArrowLeft" if trial.fake_is_first else "ArrowRight")
    expect(page.locator("[data-feedback]")).to_contain_text("Right: the")
    look(page)
    page.keyboard.press("Enter")
    for number in (1, 2):
        trial = asked(page, f"Pair {number} of 2")
        is_right = trial.kind == Kind.VIGILANCE
        page.keyboard.press("1" if trial.fake_is_first == is_right else "2")
    expect(page.locator("h1")).to_have_text("Your result")
    expect(page.locator(".lead")).to_have_text(
        "You spotted 0 of 1 fake. The computer fooled you once, 100%."
    )
    expect(page.locator("main")).to_contain_text("All of your answers to these fakes count")
    expect(page.locator(".pairs li")).to_have_count(2)
    look(page)
    assert Trial.objects.filter(is_counted=True).count() == 1


def test_by_clicks_each_photo_is_seen_for_its_time_before_a_key_answers(page: Page) -> None:
    page.goto("/real-or-fake")
    begin(page)
    page.evaluate(WATCH)
    for key in ("1", "2", "ArrowLeft"):
        page.keyboard.press(key)
    page.click("[data-go]")
    page.keyboard.press("1")
    trial = asked(page, "Practice pair 1 of 1")
    assert trial.position == 1
    seen = page.evaluate("window.seen")
    order = [shown for shown, _ in seen]
    assert order[-4:] == ["first", "cover", "second", "cover"]
    times = [at for _, at in seen[-4:]]
    assert all(later - earlier >= 200 for earlier, later in pairwise(times))
    page.click(f"text=The {'second' if trial.fake_is_first else 'first'}")
    expect(page.locator("[data-feedback]")).to_contain_text("Not quite: the")
    page.click("text=Next pair")
    asked(page, "Pair 1 of 2")
    expect(page.locator("[data-feedback]")).to_have_count(0)


def test_photos_that_do_not_arrive_are_asked_for_again(page: Page) -> None:
    page.goto("/real-or-fake")
    page.route("**/second", lambda route: route.abort())
    begin(page)
    page.click("[data-go]")
    expect(page.locator("[data-said]")).to_contain_text("The photos did not arrive.")
    page.unroute("**/second")
    page.click("text=Try again")
    page.click("text=Show the pair")
    asked(page, "Practice pair 1 of 1")


def test_what_waited_for_its_answer_waits_again(page: Page) -> None:
    """After the page is loaded again, and after an answer that does not arrive."""
    page.goto("/real-or-fake")
    begin(page)
    page.click("[data-go]")
    asked(page, "Practice pair 1 of 1")
    page.reload()
    expect(page.locator("[data-go]")).to_be_visible()
    expect(page.locator(".picks")).to_be_hidden()
    page.click("[data-go]")
    trial = asked(page, "Practice pair 1 of 1")
    address = f"**/{trial.round_id}/1"
    page.route(address, lambda route: route.abort())
    page.keyboard.press("1")
    expect(page.locator("[data-said]")).to_contain_text("Your answer did not arrive.")
    page.unroute(address)
    page.keyboard.press("1")
    expect(page.locator("[data-feedback]")).to_be_visible()


def test_without_javascript_both_stand_side_by_side(plain_page: Page) -> None:
    page = plain_page
    page.goto("/real-or-fake")
    expect(page.locator("main")).to_contain_text("Without JavaScript")
    page.get_by_role("button", name="Start", exact=True).click()
    for _ in range(3):
        first, second = (page.locator(f"[data-photo={side}]") for side in ("first", "second"))
        expect(first).to_be_visible()
        boxes = first.bounding_box(), second.bounding_box()
        assert boxes[0] and boxes[1] and boxes[0]["x"] < boxes[1]["x"]
        expect(page.locator("[data-go]")).to_be_hidden()
        with page.expect_navigation():
            page.get_by_role("button", name="The first").click()
    expect(page.locator("h1")).to_have_text("Your result")
    assert not Trial.objects.filter(is_counted=True).exists()


def test_the_results_are_open_to_everybody(page: Page, settings: Any) -> None:
    settings.REAL_OR_FAKE_PUBLIC = True
    page.goto("/real-or-fake/results")
    expect(page.locator("main")).to_contain_text("No answers yet.")
    look(page)
