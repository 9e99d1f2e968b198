"""A person gives a photo its colours."""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from colorize import service
from colorize.engine import networks
from colorize.engine.errors import WrongType
from colorize.engine.formats import Kind, check_type, film_kind
from tests.browser.conftest import PHOTO, new_context
from tests.engine.test_kinds import KINDS, ODD_NAMES, REFUSED
from tests.fakes import FakeNetwork
from tests.photos import lightness_of, photo

pytestmark = pytest.mark.usefixtures("network")
GREY = PHOTO.read_bytes()
LETTER: FilePayload = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear Sir\n" * 99}
SMALL: FilePayload = {"name": "Small.png", "mimeType": "image/png", "buffer": photo("PNG")}
LOAD = networks.load


@pytest.fixture
def own_network(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's, in place of the fake one: its colours differ from place to place."""
    monkeypatch.setattr(networks, "load", LOAD)


def choose(page: Page, what: Any = SMALL) -> None:
    page.set_input_files("#image", what)


def ready(page: Page) -> None:
    expect(page.locator("[data-start]")).to_be_enabled()


def colorize(page: Page, what: Any = SMALL) -> None:
    choose(page, what)
    ready(page)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()


def set_vividness(page: Page, value: float) -> None:
    page.locator("#vividness-slider").evaluate(
        """(field, value) => {
          field.value = value;
          for (const kind of ["input", "change"]) {
            field.dispatchEvent(new Event(kind, { bubbles: true }));
          }
        }""",
        value,
    )


def download(page: Page) -> tuple[str, bytes]:
    with page.expect_download() as started:
        page.click("[data-download]")
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)


def chroma(data: bytes) -> float:
    return float(np.ptp(pixels(data), axis=2).mean())


def problem(page: Page) -> str:
    expect(page.locator("[data-problem]")).to_be_visible()
    return page.inner_text("[data-message]")


def test_from_choosing_to_the_downloaded_file(page: Page, own_network: None) -> None:
    page.goto("/")
    start = page.locator("[data-start]")
    expect(start).to_be_disabled()
    choose(page, PHOTO)
    expect(page.locator("[data-preview]")).to_be_visible()
    expect(start).to_be_enabled()
    expect(page.locator(".result")).to_have_count(0)  # no automatic start
    start.click()
    expect(page.locator(".result")).to_be_visible()
    expect(page.locator("[data-confidence]")).to_have_text(json_number())
    name, data = download(page)
    image = Image.open(io.BytesIO(data))
    assert (name, image.format, image.size) == ("camera-colorized.jpg", "JPEG", (512, 512))
    assert "colours made by the network colornet" in image.getexif()[0x0131]
    assert chroma(data) > 10
    assert data == service.colorize(GREY).content


def json_number() -> str:
    return json.dumps(service.colorize(GREY).confidence)


def test_the_slider_by_keyboard_and_by_pointer_and_the_map(page: Page) -> None:
    page.goto("/")
    colorize(page, PHOTO)
    slide = page.locator(".result .slide")
    slide.focus()
    slide.press("Home")
    assert shown(page) == 0
    for _ in range(3):
        slide.press("ArrowRight")
    assert shown(page) == 3
    box = slide.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 10)
    page.mouse.down()
    assert shown(page) == 80
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 50)
    page.mouse.up()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 50)
    assert shown(page) == 30
    expect(slide).to_have_attribute("aria-valuetext", "30% before, 70% after")
    page.keyboard.press("ArrowRight")  # the press has left the keyboard on the slider
    assert shown(page) == 31
    switch_the_map(page)


def switch_the_map(page: Page) -> None:
    page.check("[data-show-map]")
    expect(page.locator("[data-map]")).to_be_visible()
    expect(page.locator(".legend")).to_be_visible()
    page.uncheck("[data-show-map]")
    expect(page.locator("[data-map]")).to_be_hidden()


def test_the_slider_by_touch(browser: Browser, site: str) -> None:
    context = new_context(browser, site, has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".camera")).to_be_visible()
    colorize(page, PHOTO)
    box = page.locator(".result .slide").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert shown(page) == 25
    context.close()


def shown(page: Page) -> int:
    """How much of the photo before shows, in percent: where the line stands on the screen."""
    whole = page.locator(".result before-after").bounding_box()
    line = page.locator(".result .line").bounding_box()
    assert whole and line
    return round(100 * (line["x"] + line["width"] / 2 - whole["x"]) / whole["width"])


def test_another_vividness_at_once_and_without_the_network(page: Page, own_network: None) -> None:
    page.goto("/")
    colorize(page, PHOTO)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    files = {}
    for vividness in (0, 1):
        set_vividness(page, vividness)
        expect(page.locator("before-after [data-coloured]")).to_be_visible()
        name, files[vividness] = download(page)
        expect(page.locator("[data-status]")).to_contain_text("Downloaded")
        assert name == "camera-colorized.jpg"
    assert not [url for url in requests if url.startswith("http")]
    assert chroma(files[1]) > chroma(files[0]) + 5
    for vividness, data in files.items():
        image = Image.open(io.BytesIO(data))
        assert "colours made by the network" in image.getexif()[0x0131]
        assert b"compositeWithTrainedAlgorithmicMedia" in image.info["xmp"]
        assert image.size == (512, 512)
        own = pixels(service.colorize(GREY, service.Options(vividness=vividness)).content)
        assert np.abs(pixels(data) - own).mean() < 1.5
        assert abs(lightness_of(pixels(data)).mean() - lightness_of(pixels(GREY)).mean()) < 0.5


def test_the_button_tells_how_far_the_full_size_is_and_the_status_is_said_once(page: Page) -> None:
    page.goto("/")
    colorize(page, PHOTO)
    set_vividness(page, 0)
    page.evaluate(
        """() => {
          window.told = { button: [], status: [] };
          const hear = (place, into) =>
            new MutationObserver(() => into.push(place.textContent)).observe(place, {
              childList: true, characterData: true, subtree: true });
          hear(document.querySelector(".result [data-download]"), told.button);
          hear(document.querySelector("[data-status]"), told.status);
        }"""
    )
    download(page)
    expect(page.locator("[data-status]")).to_contain_text("Downloaded")
    told = page.evaluate("told")
    assert told["button"][0] == "Colouring 0%"
    assert told["button"][-2:] == ["Writing the file …", "Download"]
    assert len(told["status"]) == 2 and "Preparing the full-size picture" in told["status"][0]


def test_starting_over_drops_a_download_being_made(page: Page) -> None:
    page.goto("/")
    saved: list[Any] = []
    page.on("download", lambda download: saved.append(download))
    colorize(page, PHOTO)
    set_vividness(page, 0)
    page.evaluate(  # at once, before the file can be ready
        "for (const name of ['download', 'reset'])"
        " document.querySelector(`.result [data-${name}]`).click()"
    )
    page.wait_for_timeout(1000)
    assert not saved
    expect(page.locator("[data-status]")).to_have_text("")


def test_a_device_too_small_for_the_full_size_asks_the_server(
    page: Page, own_network: None
) -> None:
    page.goto("/")
    colorize(page, PHOTO)
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    set_vividness(page, 1)
    assert download(page)[1] == service.colorize(GREY, service.Options(vividness=1)).content


def test_a_renamed_text_is_caught_here_and_a_good_photo_then_works(page: Page) -> None:
    page.goto("/")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.method))
    choose(page, LETTER)
    assert "not a photo" in problem(page)
    assert page.get_attribute("[data-help]", "href") == "/faq#wrong_type"
    expect(page.locator("[data-start]")).to_be_disabled()
    assert "POST" not in requests
    colorize(page)
    expect(page.locator("[data-problem]")).to_be_hidden()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_may_have_any_name(kind: str, page: Page) -> None:
    page.goto("/")
    for name in ODD_NAMES:
        choose(page, {"name": name, "mimeType": "", "buffer": photo(kind)})
        ready(page)
    colorize(page, {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": photo(kind)})


def test_what_is_no_photo_is_told_here_as_the_server_tells_it(page: Page) -> None:
    page.goto("/")
    files = [*KINDS.items(), *((name, photo()) for name in REFUSED)]
    for name, data in files:
        if film_kind(data):
            continue  # has a page of its own
        with pytest.raises(WrongType) as told:
            check_type(data, name)
        choose(page, {"name": name, "mimeType": "", "buffer": data})
        expect(page.locator("[data-message]")).to_have_text(told.value.message)


def test_everything_that_a_browser_can_tell_is_told_before_sending(
    page: Page, settings: Any
) -> None:
    settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS = 200_000, 1_000_000
    page.goto("/")
    cases = {
        "too_large": ("big.jpg", b"\xff\xd8\xff" + bytes(200_001)),
        "wrong_type": ("scan.html", GREY),
        "damaged": ("cut.jpg", GREY[:200]),
        "too_small": ("dot.png", photo("PNG", np.zeros((15, 300), np.uint8))),
        "too_many_pixels": ("wall.png", photo("PNG", np.zeros((1001, 1000), np.uint8))),
    }
    for code, (name, data) in cases.items():
        choose(page, {"name": name, "mimeType": "image/jpeg", "buffer": data})
        expect(page.locator("[data-help]")).to_have_attribute("href", f"/faq#{code}")
        assert len(problem(page)) > 20
        expect(page.locator("[data-start]")).to_be_disabled()
        expect(page.locator("[data-retry]")).to_be_hidden()
    colorize(page)


def test_upload_new_starts_over_even_while_a_photo_is_under_way(page: Page) -> None:
    page.goto("/")
    choose(page)
    ready(page)
    held: list[Any] = []
    page.route("**/colorize", lambda route: held.append(route))
    page.click("[data-start]")
    expect(page.locator("progress")).to_be_visible()
    for resting in ("[data-start]", "#image"):
        expect(page.locator(resting)).to_be_disabled()
    page.click("form [data-reset]")
    expect(page.locator("progress")).to_be_hidden()
    expect(page.locator("[data-preview]")).to_be_hidden()
    expect(page.locator("[data-start]")).to_be_disabled()
    expect(page.locator("#image")).to_be_enabled()
    page.unroute("**/colorize")
    colorize(page)
    page.click(".result [data-reset]")
    expect(page.locator(".result")).to_have_count(0)


def test_a_broken_connection_a_strange_answer_and_busy_offer_another_try(page: Page) -> None:
    page.goto("/")
    choose(page)
    ready(page)
    page.route("**/colorize", lambda route: route.abort())
    page.click("[data-start]")
    assert "No connection to the server" in problem(page)
    page.unroute("**/colorize")
    page.route("**/colorize", lambda route: route.fulfill(status=500, body="<h1>proxy</h1>"))
    page.click("[data-retry]")
    expect(page.locator("[data-help]")).to_have_attribute("href", "/faq#internal_error")
    page.unroute("**/colorize")
    page.click("[data-retry]")
    expect(page.locator(".result")).to_be_visible()
    page.click(".result [data-reset]")
    choose(page)
    ready(page)
    busy = {
        "error": "busy",
        "message": "The server is busy.",
        "help": "/faq#busy",
        "request_id": "1",
    }
    page.route(
        "**/colorize",
        lambda route: route.fulfill(status=503, json=busy, headers={"Retry-After": "1"}),
    )
    page.click("[data-start]")
    assert problem(page) == "The server is busy."
    expect(page.locator("[data-retry]")).to_be_disabled()
    expect(page.locator("[data-start]")).to_be_enabled()
    page.unroute("**/colorize")
    page.locator("[data-retry]").click()  # once it is enabled
    expect(page.locator(".result")).to_be_visible()


def test_what_only_the_server_can_tell_is_told_in_its_words(page: Page) -> None:
    """A photo cut short, which a browser shows as far as it goes."""
    page.goto("/")
    choose(page, {"name": "cut.jpg", "mimeType": "image/jpeg", "buffer": GREY[: len(GREY) // 2]})
    ready(page)
    page.click("[data-start]")
    assert "damaged or incomplete" in problem(page)
    expect(page.locator("[data-help]")).to_have_attribute("href", "/faq#damaged")
    expect(page.locator("[data-retry]")).to_be_hidden()
    colorize(page)


def test_dropping_and_pasting(page: Page) -> None:
    page.goto("/")
    give = """(kind, bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], kind + ".png", { type: "image/png" }));
      const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
        : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }"""
    for kind in ("paste", "drop"):
        page.evaluate(f"([kind, bytes]) => ({give})(kind, bytes)", [kind, list(photo("PNG"))])
        expect(page.locator("[data-name]")).to_have_text(f"{kind}.png")
        ready(page)
    page.click("[data-start]")
    expect(page.locator(".result")).to_be_visible()


def test_leaving_the_date_and_copyright_out(page: Page) -> None:
    page.goto("/")
    exif = Image.Exif()
    exif[0x8298] = "City Archive"
    data = photo("JPEG", exif=exif)
    page.click("summary:has-text('Options')")
    for keep, kept in (("true", True), ("false", False)):
        page.select_option("[name=keep_metadata]", keep)
        colorize(page, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": data})
        assert (b"City Archive" in download(page)[1]) is kept


def test_a_photo_that_browsers_do_not_show_is_coloured_all_the_same(
    page: Page, unseen: Kind
) -> None:
    page.goto("/")
    choose(page)
    ready(page)
    expect(page.locator("[data-preview]")).to_be_hidden()
    page.click("[data-start]")
    before = page.locator(".result [data-before] img")
    expect(before).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
    expect(before).not_to_have_js_property("naturalWidth", 0)
