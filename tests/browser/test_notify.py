"""The browser tells when a job is done, if it is asked to."""

from playwright.sync_api import Page, expect

from jobs.models import Job
from jobs.services import jobs

# What the browser answers, and what it shows.
BROWSER = """
window.shown = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() {
    window.asked = true;
    return (Notification.permission = "ANSWER");
  }
  constructor(title, options) {
    super();
    window.shown.push([title, options.body]);
  }
};
"""


def open_job(page: Page, site: str, answer: str) -> Job:
    job = jobs.create("batch", None, "visitor:somebody", title="Grandma")
    page.clock.install()
    page.add_init_script(BROWSER.replace("ANSWER", answer))
    page.goto(f"{site}{job.get_absolute_url()}")
    return job


def let_pass(page: Page, times: int) -> None:
    """The time between two questions, so often, with a moment for each answer."""
    for _ in range(times):
        page.clock.fast_forward(11_000)
        page.wait_for_timeout(100)


def test_the_browser_tells_when_it_is_done(new_page: Page, site: str) -> None:
    page = new_page
    job = open_job(page, site, "granted")
    button = page.locator("[data-notify]")
    expect(button).to_have_text("Notify me here when it is done")
    assert not page.evaluate("window.asked")  # only on a click
    button.click()
    expect(page.locator("[data-notify-words]")).to_contain_text("Keep this page open")
    expect(button).to_be_hidden()
    let_pass(page, 3)
    assert page.evaluate("window.shown") == []
    jobs.cancel(job)
    for _ in range(100):
        if not page.evaluate("window.shown.length"):
            let_pass(page, 1)
    let_pass(page, 3)  # nothing more
    [[title, body]] = page.evaluate("window.shown")
    assert title.startswith("Grandma") and body.startswith("Cancelled.")
    expect(page.locator("[data-notify-words]")).to_be_empty()
    expect(button).to_be_hidden()


def test_a_browser_that_may_not_says_so(new_page: Page, site: str) -> None:
    page = new_page
    open_job(page, site, "denied")
    page.click("[data-notify]")
    expect(page.locator("[data-notify-words]")).to_contain_text("does not allow")
    expect(page.locator("[data-notify]")).to_be_hidden()
