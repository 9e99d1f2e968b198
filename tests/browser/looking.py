"""What every page promises: nobody is shut out, and nothing is wider than the screen."""

from itertools import product
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# What axe-core judges by colours; all its other rules see the same page in light and in dark.
OF_COLOURS = ("color-contrast", "link-in-text-block")
# Of a computer and of a phone.
WIDTHS = (1280, 360)
# A promise that is kept once the page's own scripts, which listened earlier, have heard of it.
LISTEN = """dark => {
  const query = matchMedia("(prefers-color-scheme: dark)")
  window.heard = query.matches === dark
    || new Promise(hear => query.addEventListener("change", () => hear(), { once: true }))
}"""
# With nothing halfway between two colours.
RUN = """async options => {
  for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
  return (await axe.run(options)).violations
}"""


def switch(page: Page, scheme: Scheme) -> None:
    page.evaluate(LISTEN, scheme == "dark")
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => window.heard")


def problems(page: Page, *rules: str) -> list[str]:
    """What axe-core finds, by these of its rules or by all, and whether the page is too wide, on
    each screen, in light and in dark."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 850})
        switch(page, scheme)
        for rule in page.evaluate(RUN, options(rules, scheme)):
            nodes = [node["target"] for node in rule["nodes"]]
            found.append(f"{rule['id']}, {width}, {scheme}: {nodes}")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{wide} pixels wide on a screen of {width}")
    return found


def options(rules: tuple[str, ...], scheme: Scheme) -> dict[str, Any]:
    """axe-core's, for these rules or for all."""
    if scheme != SCHEMES[0]:
        rules = tuple(rule for rule in OF_COLOURS if not rules or rule in rules)
    return {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})


def unfold(page: Page) -> None:
    """Whatever can be opened on the page."""
    for summary in page.locator("summary:visible").all():
        summary.click()


def look(page: Page) -> None:
    """At a whole page, which has a name, too."""
    assert problems(page) == [], page.url
    assert page.title().endswith("Image Colorizer") and page.locator("h1").count() == 1
