"""What every page promises: nobody is shut out, and nothing is wider than the screen."""

from typing import Literal

from playwright.sync_api import Page

# Where the tests' server has axe-core.
AXE = "/static/axe.js"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# What axe-core judges by colours, and by sizes.
OF_COLOURS = ("color-contrast", "link-in-text-block")
OF_SIZES = ("scrollable-region-focusable",)
# Of a computer and of a phone.
WIDTHS = (1280, 360)
# A promise that is kept once the page's own scripts, which listened earlier, have heard of it.
LISTEN = """dark => {
  const query = matchMedia("(prefers-color-scheme: dark)")
  window.heard = query.matches === dark
    || new Promise(hear => query.addEventListener("change", () => hear(), { once: true }))
}"""
# What is seen, by its number on the page, and in which colours.
COLOURS = """() => {
  const ofColour = ["color", "backgroundColor", "backgroundImage", "opacity", "visibility"];
  const seen = [...document.querySelectorAll("*")].entries()
    .filter(([, each]) => each.checkVisibility());
  return Object.fromEntries(seen.map(([number, each]) => {
    const style = getComputedStyle(each);
    const isLarge = parseFloat(style.fontSize) >= 18;
    const colours = [...ofColour.map(name => style[name]), style.fontWeight, isLarge];
    return [number, colours.join()];
  }));
}"""
# With nothing halfway between two colours.
SETTLE = """async () => {
  await window.heard;
  for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
}"""
RUN = "async options => (await axe.run(options)).violations"


def switch(page: Page, scheme: Scheme) -> None:
    page.evaluate(LISTEN, scheme == "dark")
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLE)


def problems(page: Page, *rules: str) -> list[str]:
    """What axe-core finds, by these of its rules or by all, and whether the page is too wide, on
    each screen, in light and in dark."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE)
    wide, narrow = WIDTHS
    light, dark = SCHEMES
    of_colours = tuple(name for name in OF_COLOURS if not rules or name in rules)
    found = judged(page, wide, light, rules)
    before = {scheme: colours(page, wide, scheme) for scheme in (light, dark)}
    show(page, narrow, dark)
    after = {dark: colours(page, narrow, dark)}
    # Where both screens show the same elements, most rules say the same of them.
    is_alike = not rules and after[dark].keys() == before[dark].keys()
    found += judged(page, narrow, dark, OF_COLOURS + OF_SIZES if is_alike else rules)
    after[light] = colours(page, narrow, light)
    # Where a screen shows nothing in colours of its own, the other one tells of it.
    if of_colours and not after[light].items() <= before[light].items():
        found += judged(page, narrow, light, of_colours)
    if of_colours and not before[dark].items() <= after[dark].items():
        found += judged(page, wide, dark, of_colours)
    return found


def judged(page: Page, width: int, scheme: Scheme, rules: tuple[str, ...]) -> list[str]:
    show(page, width, scheme)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = [
        f"{rule['id']}, {width}, {scheme}: {[node['target'] for node in rule['nodes']]}"
        for rule in page.evaluate(RUN, options)
    ]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{wide} pixels wide on a screen of {width}")
    return found


def colours(page: Page, width: int, scheme: Scheme) -> dict[str, str]:
    show(page, width, scheme)
    seen: dict[str, str] = page.evaluate(COLOURS)
    return seen


def show(page: Page, width: int, scheme: Scheme) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    switch(page, scheme)


def unfold(page: Page) -> None:
    """Whatever can be opened on the page."""
    for summary in page.locator("summary:visible").all():
        summary.click()


def look(page: Page) -> None:
    """At a whole page, which has a name, too."""
    assert problems(page) == [], page.url
    assert page.title().endswith("Image Colorizer") and page.locator("h1").count() == 1
