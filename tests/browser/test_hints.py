"""Wrong colours are corrected, of results and in the gallery: by mouse, by fingers and by keys."""

import io
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from accounts.models import User
from colorize.engine.hints import hints_of
from colorize.engine.pipeline import in_shape, prepare
from colorize.engine.predict import predict
from colorize.engine.render import Coloured
from colorize.service import Options, photo_limits
from gallery.models import Picture
from gallery.services import bin, pictures
from tests.browser.conftest import new_context
from tests.browser.looking import problems
from tests.browser.test_flow import choose, download, ready, set_vividness
from tests.browser.test_gallery import home as home
from tests.browser.test_gallery import log_in, remembered, save_claim
from tests.browser.test_gallery import owner as owner
from tests.conftest import use
from tests.fakes import FakeNetwork, HintableNetwork, ProposingNetwork, SeeingNetwork
from tests.photos import opened

HALVES = np.full((192, 256), 60, np.uint8)
HALVES[:, 128:] = 190
LEFT, RIGHT = (0.2, 0.5), (0.8, 0.5)
# Mean red, green and blue around a place of the picture that is being corrected.
COLOUR = """(canvas, [x, y]) => {
  const [left, top] = [x * canvas.width - 4, y * canvas.height - 4];
  const { data } = canvas.getContext("2d").getImageData(left, top, 8, 8);
  return [0, 1, 2].map(n => data.filter((_, at) => at % 4 === n).reduce((a, b) => a + b) / 64);
}"""

# Keeps what is made into a file.
KEEP_CANVAS = """() => {
  const { toBlob } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.toBlob = function (...words) {
    window.kept = this.toDataURL("image/png");
    return toBlob.apply(this, words);
  };
}"""


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


PHOTO: FilePayload = {"name": "Halves.png", "mimeType": "image/png", "buffer": png(HALVES)}


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """Warm colours everywhere; what is dark is like what is dark."""
    return use(monkeypatch, HintableNetwork())


def begin(page: Page) -> None:
    page.click("[data-correct]")
    expect(page.locator("[data-stage]")).to_be_visible()


def colorize(page: Page) -> None:
    choose(page, PHOTO)
    ready(page)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()


@pytest.fixture
def editor(page: Page) -> Page:
    """A visitor's result, about to be corrected."""
    page.goto("/")
    colorize(page)
    begin(page)
    return page


def propose(page: Page) -> None:
    page.click("[data-propose]")
    expect(page.get_by_role("group", name="Suggestions")).to_be_visible()


def spot(page: Page, place: tuple[float, float]) -> tuple[float, float]:
    """Of the screen, where a place of the picture is."""
    box = page.locator("[data-stage]").bounding_box()
    assert box
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def press(page: Page, place: tuple[float, float]) -> None:
    page.mouse.click(*spot(page, place))


def give(page: Page, colour: str) -> None:
    page.locator("[data-hint-panel]").get_by_role("button", name=colour, exact=True).click()


def dots(page: Page) -> Locator:
    return page.locator(".hint-dot")


def drawn(page: Page) -> None:
    """Waits for the next frame."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def is_green(page: Page, place: tuple[float, float]) -> bool:
    drawn(page)
    red, green, _ = page.locator("[data-stage] canvas").evaluate(COLOUR, list(place))
    return bool(green > red)


def hints(page: Page) -> list[list[str]]:
    text = page.locator("[data-hints], [data-recolor] [name=hints]").first.input_value()
    return [word.split(",") for word in text.split()]


def test_a_spot_is_clicked_and_given_colours(editor: Page) -> None:
    assert not is_green(editor, LEFT)
    press(editor, LEFT)
    expect(dots(editor)).to_have_count(1)
    expect(dots(editor).first).to_be_focused()
    give(editor, "Make it grey")
    drawn(editor)
    red, _, blue = editor.locator("[data-stage] canvas").evaluate(COLOUR, list(LEFT))
    assert abs(red - blue) < 12
    editor.get_by_label("Exact colour").fill("#2040c0")
    assert hints(editor)[0][2] == "#2040c0"
    expect(editor.locator("[data-hint-title]")).to_contain_text("blue")
    give(editor, "Leave it as it is")
    assert hints(editor)[0][2] == "keep"
    give(editor, "grass")
    assert is_green(editor, LEFT) and is_green(editor, (0.4, 0.8))
    assert not is_green(editor, RIGHT)
    expect(editor.locator("[data-hint-status]")).to_have_text("Dot 1: deep yellowish green, left.")
    expect(editor.locator("[data-hint-list]")).to_have_text("1: deep yellowish green, left")
    [[x, y, colour]] = hints(editor)
    assert [float(x), float(y)] == pytest.approx(LEFT, abs=0.01) and colour.startswith("#")
    see_it_without_the_dots(editor)
    assert problems(editor) == []
    give(editor, "Remove this dot")
    expect(dots(editor)).to_have_count(0)
    assert hints(editor) == []


def see_it_without_the_dots(editor: Page) -> None:
    """The picture as it was."""
    switch = editor.get_by_role("button", name="Without the dots")
    switch.click()
    assert not is_green(editor, LEFT)
    expect(dots(editor)).to_be_hidden()
    switch.click()
    assert is_green(editor, LEFT)
    expect(dots(editor)).to_be_visible()


def test_a_dot_is_dragged(editor: Page) -> None:
    press(editor, LEFT)
    give(editor, "grass")
    editor.mouse.move(*spot(editor, LEFT))
    editor.mouse.down()
    editor.mouse.move(*spot(editor, RIGHT), steps=5)
    assert is_green(editor, RIGHT)
    editor.mouse.up()
    expect(dots(editor)).to_have_count(1)
    [[x, y, _]] = hints(editor)
    assert [float(x), float(y)] == pytest.approx(RIGHT, abs=0.01)
    assert not is_green(editor, LEFT)
    editor.get_by_role("button", name="Undo").click()
    assert is_green(editor, LEFT)


def test_everything_is_done_by_keys(editor: Page) -> None:
    keyboard = editor.keyboard
    expect(editor.get_by_role("button", name="Add a dot in the middle")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Shift+ArrowLeft")
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowUp")
    assert hints(editor) == [["0.44", "0.49", "keep"]]
    keyboard.press("Enter")
    expect(editor.get_by_role("button", name="skin", exact=True)).to_be_focused()
    for _ in range(3):
        keyboard.press("Tab")
    keyboard.press("Enter")
    assert is_green(editor, LEFT)
    keyboard.press("Escape")
    expect(editor.locator("[data-hint-panel]")).to_be_hidden()
    expect(dots(editor).first).to_be_focused()
    keyboard.press("Delete")
    assert hints(editor) == []
    keyboard.press("Control+z")
    assert is_green(editor, LEFT)
    keyboard.press("Control+z")
    assert not is_green(editor, LEFT)
    keyboard.press("Control+Shift+z")
    assert is_green(editor, LEFT)
    expect(editor.locator("[data-hint-status]")).to_have_text("Redone. 1 dot.")


def test_dots_are_placed_where_the_picture_was_moved_to(editor: Page) -> None:
    editor.mouse.move(*spot(editor, (0.02, 0.02)))
    for _ in range(2):
        editor.mouse.wheel(0, -200)
    drawn(editor)
    press(editor, (0.9, 0.9))  # of the stage, which shows 1 / 2.25 of the picture
    [[x, y, _]] = hints(editor)
    assert [float(x), float(y)] == pytest.approx([0.411, 0.411], abs=0.01)
    editor.mouse.move(*spot(editor, (0.5, 0.5)))
    editor.mouse.down()
    editor.mouse.move(*spot(editor, (0, 0)), steps=4)
    editor.mouse.up()
    expect(dots(editor)).to_have_count(1)
    press(editor, (0.9, 0.9))
    [_, [x, y, _]] = hints(editor)
    assert [float(x), float(y)] == pytest.approx([0.633, 0.633], abs=0.01)
    editor.get_by_role("button", name="Show all of the picture").click()
    expect(dots(editor).first).to_be_in_viewport()
    box, middle = dots(editor).first.bounding_box(), spot(editor, (0.411, 0.411))
    assert box and box["x"] + box["width"] / 2 == pytest.approx(middle[0], abs=2)


def test_a_line_is_drawn_and_given_one_colour(editor: Page) -> None:
    editor.get_by_role("button", name="Draw lines").click()
    editor.mouse.move(*spot(editor, (0.1, 0.2)))
    editor.mouse.down()
    editor.mouse.move(*spot(editor, (0.4, 0.2)), steps=3)
    editor.mouse.move(*spot(editor, (0.4, 0.8)), steps=3)
    editor.mouse.up()
    expect(dots(editor)).to_have_count(1)
    expect(editor.locator("[data-hint-status]")).to_have_text("Drew line 1. Choose its colour.")
    give(editor, "grass")
    assert is_green(editor, LEFT) and not is_green(editor, RIGHT)
    expect(editor.get_by_role("button", name="Line 1: deep yellowish green")).to_be_visible()
    expect(editor.locator(".hint-line-colour")).to_have_count(1)
    [numbers] = hints(editor)
    spots = np.array(numbers[:-1], float).reshape(-1, 2)
    assert 20 < len(spots) < 40 and spots[0] == pytest.approx([0.1, 0.2], abs=0.01)
    assert spots[-1] == pytest.approx([0.4, 0.8], abs=0.04)
    editor.get_by_role("button", name="Undo").click()
    editor.get_by_role("button", name="Undo").click()
    assert hints(editor) == []
    editor.get_by_role("button", name="Redo").click()
    assert hints(editor)[0][-1] == "keep" and len(hints(editor)[0]) == len(numbers)
    assert problems(editor) == []


def test_a_line_is_moved_and_removed_as_a_whole(editor: Page) -> None:
    editor.get_by_role("button", name="Draw lines").click()
    editor.mouse.move(*spot(editor, (0.1, 0.5)))
    editor.mouse.down()
    editor.mouse.move(*spot(editor, (0.3, 0.5)), steps=5)
    editor.mouse.up()
    give(editor, "grass")
    drawn_there = hints(editor)[0]
    editor.get_by_role("button", name="Draw lines").click()
    editor.mouse.move(*spot(editor, (0.1, 0.5)))
    editor.mouse.down()
    editor.mouse.move(*spot(editor, (0.6, 0.7)), steps=5)
    editor.mouse.up()
    moved = hints(editor)[0]
    by = np.array(moved[:-1], float) - np.array(drawn_there[:-1], float)
    assert by.reshape(-1, 2) == pytest.approx(np.tile([0.5, 0.2], (len(by) // 2, 1)), abs=0.01)
    assert is_green(editor, RIGHT) and not is_green(editor, LEFT)
    give(editor, "Remove this line")
    assert hints(editor) == []


def test_a_line_is_drawn_by_keys_and_undone_at_once(editor: Page) -> None:
    keyboard = editor.keyboard
    keyboard.press("Enter")
    keyboard.press("Shift+ArrowLeft")
    editor.get_by_role("button", name="Draw lines").press("Enter")
    dots(editor).first.focus()
    for _ in range(6):
        keyboard.press("ArrowLeft")
    keyboard.press("Shift+ArrowUp")
    [numbers] = hints(editor)
    assert numbers[:2] == ["0.45", "0.5"] and len(numbers) == 2 * 8 + 1
    assert float(numbers[-3]) < 0.4 and float(numbers[-2]) < 0.5
    expect(editor.locator("[data-hint-status]")).to_have_text("Line 1: left as it is, middle.")
    keyboard.press("Control+z")
    assert hints(editor) == [["0.45", "0.5", "keep"]]


def test_a_line_ends_where_there_is_no_more_room(page: Page) -> None:
    reach = {
        "distance": 12,
        "side": 64,
        "everywhere": 0.8,
        "locally": 0.05,
        "neighbours": 3,
        "different": 0.7,
        "ridge": 0.04,
        "most": 10,
    }
    also_tell(page, reach=reach)
    page.goto("/")
    colorize(page)
    begin(page)
    page.get_by_role("button", name="Draw lines").click()
    page.mouse.move(*spot(page, (0.1, 0.5)))
    page.mouse.down()
    page.mouse.move(*spot(page, (0.9, 0.5)), steps=5)
    page.mouse.up()
    assert len(hints(page)[0]) == 21
    page.get_by_role("button", name="Add a dot in the middle").click()
    expect(page.locator("[data-hint-status]")).to_contain_text("There can be at most 10 dots")
    assert len(hints(page)) == 1


def test_fingers_place_drag_and_pinch(browser: Browser, site: str) -> None:
    context = new_context(
        browser, site, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 850}
    )
    page = context.new_page()
    page.goto("/")
    colorize(page)
    begin(page)
    page.touchscreen.tap(*spot(page, LEFT))
    give(page, "grass")
    assert is_green(page, LEFT) and not is_green(page, RIGHT)
    give(page, "OK")
    touches = context.new_cdp_session(page)

    def move(*ways: list[tuple[float, float]]) -> None:
        """Each way: the places of one finger."""
        for n, places in enumerate(zip(*ways, strict=True)):
            points = [spot(page, place) for place in places]
            at = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            kind = "touchMove" if n else "touchStart"
            touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    move([LEFT, (0.5, 0.5), RIGHT])
    assert is_green(page, RIGHT) and not is_green(page, LEFT)
    move([(0.4, 0.8), (0.3, 0.8), (0.2, 0.8)], [(0.6, 0.8), (0.7, 0.8), (0.8, 0.8)])
    zoom = page.locator("[data-stage]").evaluate("stage => stage.style.getPropertyValue('--zoom')")
    assert float(zoom) > 2
    expect(dots(page)).to_have_count(1)
    context.close()


def test_downloads_of_any_kind_have_the_corrections_as_the_server_makes_them(editor: Page) -> None:
    press(editor, LEFT)
    give(editor, "sky")
    editor.click("[data-done]")
    expect(editor.locator(".result before-after")).to_be_visible()
    expect(editor.locator("before-after [data-coloured]")).to_be_visible()
    editor.get_by_text("Other kinds of file").click()
    editor.select_option("#format", "png")
    with editor.expect_download() as started:
        editor.click("[data-download-kind]")
    pixels = np.asarray(Image.open(started.value.path()).convert("RGB"), int)
    assert pixels[96, 40, 2] > pixels[96, 40, 0] and pixels[96, 220, 0] > pixels[96, 220, 2]
    set_vividness(editor, 0.3)
    _, here = download(editor)
    editor.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    _, there = download(editor)
    one, other = (np.asarray(Image.open(io.BytesIO(data)), float) for data in (here, there))
    assert other[96, 40, 2] > other[96, 40, 0] and other[96, 220, 0] > other[96, 220, 2]
    assert np.median(np.abs(one - other)) <= 2 and np.percentile(np.abs(one - other), 99) <= 6


def grained() -> np.ndarray:
    """A photo that a JPEG changes much: dark on the left, light on the right, all of it grained."""
    grain = np.random.default_rng(5).integers(-30, 30, HALVES.shape)
    return (HALVES + grain).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("shape", [{}, {"crop": "10 0 100 90"}], ids=["whole", "cropped"])
def test_before_it_is_a_file_the_download_is_what_the_server_draws(
    page: Page, shape: dict[str, str]
) -> None:
    photo = png(grained())
    page.goto("/")
    choose(page, {"name": "grain.png", "mimeType": "image/png", "buffer": photo})
    ready(page)
    for name, value in shape.items():
        page.locator(f"[name={name}]").evaluate("(field, value) => field.value = value", value)
    page.click("[data-start]")
    begin(page)
    press(page, LEFT)
    give(page, "sky")
    page.click("[data-done]")
    page.evaluate(KEEP_CANVAS)
    download(page)
    address = page.evaluate("window.kept")
    here = opened(b64decode(address.partition(",")[2])).convert("RGB")
    hints = hints_of(page.locator("[data-hints]").first.input_value())
    options = Options(vividness=0.6, hints=hints, **shape)  # type: ignore[arg-type]
    whole = prepare(photo, photo_limits())
    part = in_shape(whole, options, photo_limits())
    ab, _ = predict(part.L, HintableNetwork(), borders=True).hinted(hints).mix(0.6)
    there = Coloured(part.L, ab).rgbx[..., :3]
    apart = np.abs(np.asarray(here, int) - there)
    # A part is coloured from the JPEG of the result.
    assert (np.median(apart) <= 4) if shape else (apart.max() <= 2)


def also_tell(page: Page, **more: Any) -> None:
    """The server's answers with more in their layers."""

    def tell(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if body.get("hint_layers"):
            body["hint_layers"] |= more
        route.fulfill(response=answer, json=body)

    page.route("**/colorize", tell)


def test_likely_colours_of_the_spot_come_first(page: Page) -> None:
    page.goto("/")
    likely = [
        [{"colour": "#7a8f5a", "name": "greyish green"}, {"colour": "#a08060", "name": "brown"}],
        [{"colour": "#6080a0", "name": "greyish blue"}],
    ]

    also_tell(page, likely={"height": 1, "width": 2, "colours": likely})
    colorize(page)
    begin(page)
    shown = page.get_by_role("group", name="Likely here").get_by_role("button")
    press(page, LEFT)
    expect(shown).to_have_count(2)
    press(page, RIGHT)
    expect(shown).to_have_count(1)
    give(page, "greyish blue")
    assert hints(page)[1][2] == "#6080a0"
    expect(shown).to_have_attribute("aria-pressed", "true")


def test_a_proposal_is_chosen_and_its_dots_are_changed(page: Page) -> None:
    page.goto("/")
    green = [{"x": 0.2, "y": 0.5, "colour": "#336622"}]
    blue = [{"x": 0.2, "y": 0.5, "colour": "#203080"}, {"x": 0.8, "y": 0.5, "colour": "#806040"}]
    also_tell(page, proposals=[green, blue])
    colorize(page)
    propose(page)
    shown = page.get_by_role("group", name="Suggestions").get_by_role("button")
    expect(shown).to_have_text(["The network’s first guess", "Suggestion 1", "Suggestion 2"])
    expect(shown.nth(0)).to_have_attribute("aria-pressed", "true")
    shown.nth(1).click()
    expect(shown.nth(1)).to_have_attribute("aria-pressed", "true")
    assert hints(page) == [["0.2", "0.5", "#336622"]]
    begin(page)
    expect(dots(page)).to_have_count(1)
    assert is_green(page, LEFT)
    page.get_by_role("button", name="Undo").click()
    assert hints(page) == [] and not is_green(page, LEFT)
    page.click("[data-done]")
    expect(shown.nth(0)).to_have_attribute("aria-pressed", "true")
    assert problems(page) == []


def test_proposals_keep_the_dots_that_there_are(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    page.goto("/")
    colorize(page)
    begin(page)
    press(page, LEFT)
    give(page, "grass")
    own = hints(page)
    page.click("[data-done]")
    shown = page.get_by_role("group", name="Suggestions").get_by_role("button")
    propose(page)
    expect(shown.nth(0)).to_have_text("With your dots only")
    expect(page.locator("[data-hint-status]")).to_have_text("Choose one. Your dots stay.")
    shown.nth(1).click()
    made = hints(page)
    assert made[:1] == own and len(made) == 4
    begin(page)
    assert is_green(page, LEFT)
    press(page, (0.5, 0.9))
    give(page, "Make it grey")
    page.click("[data-done]")
    expect(shown).to_have_count(0)
    more = hints(page)
    assert more[:4] == made and len(more) == 5
    propose(page)
    shown.nth(1).click()
    assert hints(page)[:5] == more and len(hints(page)) == 8
    shown.nth(0).click()
    assert hints(page) == more
    begin(page)
    while page.get_by_role("button", name="Undo").is_enabled():
        page.get_by_role("button", name="Undo").click()
    assert hints(page) == []
    assert problems(page) == []


@pytest.fixture
def sent(home: Page) -> list[str]:
    """The addresses to which forms are sent from now on."""
    addresses: list[str] = []
    home.on(
        "request", lambda asked: addresses.append(asked.url) if asked.method == "POST" else None
    )
    return addresses


def test_a_saved_photo_is_not_sent_again_for_suggestions(
    home: Page, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    home.goto("/")
    colorize(home)
    propose(home)
    photo, preview = sent
    assert photo.endswith("/colorize")
    assert preview.endswith(f"{Picture.objects.get().get_absolute_url()}/preview")
    assert Picture.objects.get().versions.count() == 1


def test_a_saved_photo_is_not_sent_again_to_a_server_that_is_busy(
    home: Page, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    home.goto("/")
    colorize(home)
    refusal = {"error": "busy", "message": "Too many photos are being coloured."}
    home.route("**/preview", lambda route: route.fulfill(status=503, json=refusal))
    home.click("[data-propose]")
    expect(home.get_by_text(refusal["message"])).to_be_visible()
    assert [address.rpartition("/")[2] for address in sent] == ["colorize", "preview"]


def test_a_photo_that_was_deleted_meanwhile_is_sent_again(
    home: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    home.goto("/")
    colorize(home)
    bin.move_to_bin(Picture.objects.all())
    propose(home)


class SeeingHintableNetwork(HintableNetwork, SeeingNetwork):
    """Also tells how a photo lies."""


def test_dots_go_along_when_the_photo_is_turned_or_cropped(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, SeeingHintableNetwork())
    page.goto("/")
    colorize(page)
    begin(page)
    press(page, LEFT)
    give(page, "grass")
    page.click("[data-done]")
    set_vividness(page, 0.3)
    page.get_by_role("button", name="Turn it").click()
    expect(page.get_by_text("This photo seems to")).to_have_count(0)
    [[x, y, colour]] = hints(page)
    assert [float(x), float(y)] == pytest.approx([0.5, 0.2], abs=0.01) and colour.startswith("#")
    expect(page.locator("#vividness-slider")).to_have_value("0.3")
    begin(page)
    assert is_green(page, (0.5, 0.2)) and not is_green(page, (0.5, 0.8))
    page.locator("[name=crop]").evaluate("field => field.value = '0 0 100 50'")
    page.click("[data-start]")
    expect(page.get_by_text("192 × 128 pixels")).to_be_visible()
    [[x, y, _]] = hints(page)
    assert [float(x), float(y)] == pytest.approx([0.5, 0.4], abs=0.01)
    choose(page, PHOTO)
    ready(page)
    page.click("[data-start]")
    expect(page.get_by_text("256 × 192 pixels")).to_be_visible()
    assert hints(page) == []


def test_a_network_that_takes_no_dots_goes_without_them(
    page: Page, monkeypatch: pytest.MonkeyPatch, plain_network: str
) -> None:
    use(monkeypatch, HintableNetwork())
    page.goto("/")
    colorize(page)
    begin(page)
    press(page, LEFT)
    give(page, "grass")
    page.get_by_text("Options", exact=True).click()
    page.select_option("[name=network]", plain_network)
    expect(page.locator("[data-status]")).to_contain_text("takes no dots")
    use(monkeypatch, FakeNetwork())
    page.click("[data-start]")
    expect(page.get_by_role("button", name="Correct a colour")).to_be_hidden()
    expect(page.locator(".result")).to_be_visible()
    assert hints(page) == []


def test_what_goes_wrong_is_told_and_what_is_chosen_meanwhile_changes_nothing(page: Page) -> None:
    """It can be tried again, of the result as it was made, whatever the form says by then."""
    page.goto("/")
    colorize(page)
    page.route("**/colorize", lambda route: route.abort())
    page.click("[data-correct]")
    expect(page.locator("[data-hint-status]")).to_contain_text("No connection to the server.")
    page.unroute("**/colorize")
    page.locator("[name=crop]").evaluate("field => field.value = '0 0 50 100'")
    begin(page)
    press(page, RIGHT)
    give(page, "grass")
    assert is_green(page, RIGHT) and not is_green(page, LEFT)


def test_corrections_are_saved_and_can_be_changed_later(home: Page) -> None:
    home.goto("/")
    colorize(home)
    begin(home)
    press(home, LEFT)
    give(home, "grass")
    home.click("text=Save this version")
    expect(home.locator("[data-saved]")).to_contain_text("and your corrections.")
    kept = Picture.objects.get()
    assert "0.2" in str(kept.shown.made_with.as_dict()["hints"])
    home.goto(kept.get_absolute_url())
    begin(home)
    expect(dots(home)).to_have_count(1)
    expect(home.locator("[data-hint-list]")).to_have_text("1: deep yellowish green, left")
    assert is_green(home, LEFT)
    press(home, RIGHT)
    give(home, "sky")
    home.locator("[data-hint-editor]").get_by_role("button", name="Save as a new version").click()
    expect(home.get_by_text("New version saved.")).to_be_visible()
    kept.refresh_from_db()
    assert len(hints(home)) == 2
    pixels = np.asarray(Image.open(kept.shown.result).convert("RGB"), int)
    assert pixels[96, 40, 1] > pixels[96, 40, 0] and pixels[96, 220, 2] > pixels[96, 220, 0]


def test_a_visitors_corrections_wait_with_the_photo(page: Page, site: str, owner: User) -> None:
    page.goto("/")
    colorize(page)
    begin(page)
    press(page, LEFT)
    give(page, "grass")
    remembered(page, hints=page.locator("[data-hints]").input_value())
    log_in(page.context, owner, site)
    page.goto("/")
    save_claim(page)
    [hint] = Picture.objects.get().shown.made_with.hints
    assert hint.x == pytest.approx(LEFT[0], abs=0.01) and hint.is_exact


def test_hints_of_a_link_wait_with_the_photo(page: Page, site: str, owner: User) -> None:
    page.goto("/?hints=0.25,0.5,%23446622")
    colorize(page)
    remembered(page)
    log_in(page.context, owner, site)
    page.goto("/")
    save_claim(page)
    [hint] = Picture.objects.get().shown.made_with.hints
    assert hint.colour == "#446622"


def test_dots_that_are_not_saved_go_along_when_the_picture_is_turned(
    home: Page, owner: User
) -> None:
    kept = saved(owner)
    home.goto(kept.get_absolute_url())
    begin(home)
    press(home, LEFT)
    give(home, "grass")
    home.click("[data-done]")
    home.locator("#vividness").fill("0.25")
    home.get_by_text("Crop, turn, straighten").click()
    home.locator('[data-turn="90"]').click()
    shape = home.locator("form", has=home.locator("[name=hints_of]"))
    shape.get_by_role("button", name="Save as a new version").click()
    expect(home.get_by_text("New version saved.")).to_be_visible()
    kept.refresh_from_db()
    made_with = kept.shown.made_with
    assert made_with.turn == 90 and made_with.vividness == 0.25
    [hint] = made_with.hints
    assert (hint.x, hint.y) == pytest.approx((0.5, 0.2), abs=0.01) and hint.is_exact


def test_a_saved_picture_is_corrected_and_not_sent_again(home: Page, owner: User) -> None:
    kept = saved(owner)
    home.goto(kept.get_absolute_url())
    asked: list[str] = []
    home.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    begin(home)
    press(home, LEFT)
    give(home, "grass")
    assert is_green(home, LEFT) and not is_green(home, RIGHT)
    assert [line for line in asked if line.startswith("POST")] == [
        f"POST {home.url}/preview"
    ] and not [line for line in asked if "files/original" in line]
    before = home.locator("[data-stage] canvas").evaluate(COLOUR, list(RIGHT))
    home.locator("#vividness").fill("0")  # goes together with corrections
    assert is_green(home, LEFT)
    after = home.locator("[data-stage] canvas").evaluate(COLOUR, list(RIGHT))
    assert after[0] - after[2] < before[0] - before[2] - 10
    press(home, RIGHT)
    assert problems(home) == []


def saved(owner: User) -> Picture:
    return pictures.colorize_and_save(owner, png(HALVES), Options(), "Halves.png").picture


def test_networks_that_take_no_hints_are_offered_none(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto("/")
    use(monkeypatch, FakeNetwork())
    colorize(page)
    for offer in ("[data-correct]", "[data-propose]"):
        expect(page.locator(offer)).to_be_hidden()
