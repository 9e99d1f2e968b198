"""What every page promises: nobody is shut out, and nothing is wider than the screen."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
# On a computer by day, and on a phone by night.
SCREENS: tuple[tuple[int, Scheme], ...] = ((1280, "light"), (360, "dark"))
# Once scripts have heard of the screen, and with nothing halfway between two colours.
RUN = """async options => {
  await new Promise(requestAnimationFrame)
  for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
  return (await axe.run(options)).violations
}"""


def problems(page: Page, *rules: str) -> list[str]:
    """What axe-core finds, by these of its rules or by all, and whether the page is too wide, on
    each screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = []
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 850})
        page.emulate_media(color_scheme=scheme)
        for rule in page.evaluate(RUN, options):
            nodes = [node["target"] for node in rule["nodes"]]
            found.append(f"{rule['id']}, {scheme}: {nodes}")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{wide} pixels wide on a screen of {width}")
    return found


def look(page: Page) -> None:
    """At a whole page, which has a name, too."""
    assert problems(page) == [], page.url
    assert page.title().endswith("Image Colorizer") and page.locator("h1").count() == 1
