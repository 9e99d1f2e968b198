"""What every page promises: nobody is shut out, and nothing is wider than the screen."""

from typing import Any, Literal

from playwright.sync_api import Page

# Where the tests' server has axe-core.
AXE = "/static/axe.js"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# What axe-core judges by colours, and by sizes.
OF_COLOURS = ("color-contrast", "link-in-text-block")
OF_SIZES = ("scrollable-region-focusable", "target-size")
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
# Judges the screen that is shown.
RUN = """async options => ({
  violations: (await axe.run(options)).violations,
  taken: document.documentElement.scrollWidth,
  width: innerWidth,
  scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
})"""


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
    show(page, wide, light)
    found = judged(page, rules)
    wide_light = colours(page)
    show(page, wide, dark)
    wide_dark = colours(page)
    show(page, narrow, dark)
    narrow_dark = colours(page)
    # Where both screens show the same elements, most rules say the same of them.
    is_alike = not rules and narrow_dark.keys() == wide_dark.keys()
    found += judged(page, OF_COLOURS + OF_SIZES if is_alike else rules)
    show(page, narrow, light)
    # Where a screen shows nothing in colours of its own, the other one tells of it.
    if of_colours and not colours(page).items() <= wide_light.items():
        found += judged(page, of_colours)
    if of_colours and not wide_dark.items() <= narrow_dark.items():
        show(page, wide, dark)
        found += judged(page, of_colours)
    return found


def judged(page: Page, rules: tuple[str, ...]) -> list[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    # Off by default: it is of WCAG 2.2.
    options |= {"runOnly": list(rules)} if rules else {"rules": {"target-size": {"enabled": True}}}
    told = page.evaluate(RUN, options)
    width = told["width"]
    found = [
        f"{rule['id']}, {width}, {told['scheme']}: {[node['target'] for node in rule['nodes']]}"
        for rule in told["violations"]
    ]
    if told["taken"] > width:
        found.append(f"{told['taken']} pixels wide on a screen of {width}")
    return found


def colours(page: Page) -> dict[str, str]:
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
