"""A film: chosen, cut, recorded, sent, followed and played; on a line that breaks, after a reload,
by keyboard, and without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from colorize.engine.video.options import FilmOptions
from gallery.models import Picture
from jobs import worker
from jobs.models import Item, Job, JobFile
from jobs.services import films, jobs
from tests.browser.conftest import CHROMIUM, SWITCHES, listen, new_context
from tests.browser.looking import look, problems
from tests.browser.sending import choose, choose_on_the_colorizer, reel, send, start, words
from tests.browser.test_flow import LETTER, SMALL
from tests.browser.test_gallery import log_in
from tests.engine.video.made import film
from tests.fakes import FakeNetwork
from tests.jobs import reels
from tests.jobs.batch import work_off

PANEL = '[data-panel="film"]'
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


# A promise that is kept once a film plays.
PLAYED = """video => new Promise(played => {
  video.addEventListener("timeupdate", () => video.currentTime > 0.2 && played())
  video.play()
})"""
# Three seconds.
WEDDING = reel(film(frames=75))


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films whose colours take no time; they cannot be played."""
    reels.use(monkeypatch.setattr)


def length(page: Page) -> Any:
    return page.locator("[data-length]")


def seconds(page: Page) -> Any:
    """Of the film that is played."""
    video = page.locator("[data-player] video")
    expect(video).to_have_js_property("readyState", 4)
    return video.evaluate("video => video.duration")


def test_from_a_film_to_one_in_colour(page: Page, hands: None) -> None:
    choose_on_the_colorizer(page, WEDDING, "/film")
    expect(page.locator(f"{PANEL} [data-name]")).to_contain_text("Wedding.mp4")
    expect(length(page)).to_have_text("All of it, 0:03.")
    expect(page.locator("video[data-preview]")).to_be_visible()
    send(page)
    expect(words(page)).to_have_text("Your film is in colour.", timeout=60_000)
    video = page.locator("[data-player] video")
    assert seconds(page) == pytest.approx(3, abs=0.1)
    video.evaluate(PLAYED)
    assert is_in_colour(page)
    with page.expect_download() as started:
        page.click("[data-film-download]")
    assert started.value.suggested_filename == "Wedding-colorized.mp4"
    assert problems(page) == []


def is_in_colour(page: Page) -> Any:
    """Whether any pixel that is shown has a colour."""
    return page.evaluate(
        """() => {
          const video = document.querySelector("[data-player] video");
          const canvas = document.createElement("canvas");
          Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight });
          const context = canvas.getContext("2d");
          context.drawImage(video, 0, 0);
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4) {
            if (Math.abs(data[at] - data[at + 2]) > 12) return true;
          }
          return false;
        }"""
    )


def test_a_part_of_it_is_chosen(page: Page, network: FakeNetwork, hands: None) -> None:
    choose(page, WEDDING, "/film")
    preview = page.locator("video[data-preview]")
    preview.evaluate("video => { video.currentTime = 1 }")
    expect(preview).to_have_js_property("currentTime", 1)
    page.click("[data-here=start]")
    page.get_by_label("To (seconds)", exact=True).fill("2.5")
    expect(length(page)).to_have_text("0:02 of 0:03, from 0:01 to 0:03.")
    send(page)
    expect(words(page)).to_have_text("Your film is in colour.", timeout=60_000)
    assert seconds(page) == pytest.approx(1.5, abs=0.1)


def test_what_is_left_of_a_part_is_told_before_it_is_sent(page: Page, settings: Any) -> None:
    settings.VISITOR_FILM_SECONDS = 2
    choose(page, WEDDING, "/film")
    expect(page.get_by_label("To (seconds)", exact=True)).to_have_value("2")
    page.get_by_label("To (seconds)", exact=True).fill("3")
    expect(length(page)).to_contain_text("Up to 0:02 can be coloured at a time")
    expect(start(page)).to_be_disabled()
    page.get_by_label("To (seconds)", exact=True).fill("2")
    page.get_by_label("From (seconds)").fill("2.4")
    expect(length(page)).to_contain_text("Nothing is left")
    expect(start(page)).to_be_disabled()
    page.get_by_label("From (seconds)").fill("1")
    expect(start(page)).to_be_enabled()


def test_with_an_account_it_goes_into_the_gallery(
    page: Page, owner: User, site: str, made_up: None, hands: None
) -> None:
    log_in(page.context, owner, site)
    page.goto("/film")
    page.set_input_files("#film-file", reel(reels.film(2)))
    page.get_by_label("Name of the film").fill("Aunt Mary’s wedding")
    page.get_by_label("Or a new album").fill("Farm")
    send(page)
    expect(words(page)).to_have_text("Your film is in colour.")
    picture = Picture.objects.get()
    assert (picture.title, picture.album and picture.album.name) == ("Aunt Mary’s wedding", "Farm")
    link = page.get_by_role("link", name="In your gallery")
    expect(link).to_have_attribute("href", picture.get_absolute_url())


def test_it_is_coloured_again_from_its_page(
    page: Page, owner: User, site: str, made_up: None
) -> None:
    lane = jobs.lane_of(owner, "")
    films.start(owner, lane, FilmOptions(), reels.opened(reels.film(2)))
    work_off()
    log_in(page.context, owner, site)
    page.goto(Picture.objects.get().get_absolute_url())
    again = page.locator("form", has=page.get_by_role("heading", name="Colour again"))
    again.get_by_text("Options").click()
    again.get_by_label("Quality").select_option("true")
    assert problems(page) == []
    again.get_by_role("button", name="Colour again").click()
    expect(words(page)).to_have_text("The film is waiting for its turn.")
    work_off()
    expect(words(page)).to_have_text("Your film is in colour.")
    page.get_by_role("link", name="In your gallery").click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    expect(page.locator(".result .hint").last).to_contain_text("Best quality.")
    assert problems(page) == []


def test_what_is_no_film_or_too_large_is_not_sent(page: Page, settings: Any, made_up: None) -> None:
    settings.VISITOR_FILM_BYTES = 5000
    page.goto("/film")
    for what, said in (
        (LETTER, "This is not a film that can be read here."),
        (SMALL, "This is not a film that can be read here."),
        (reel(reels.film(padding=6000)), "The file of the film is larger than 5 kB."),
    ):
        page.set_input_files("#film-file", what)
        expect(page.locator(f"{PANEL} [data-problem]")).to_contain_text(said)
        expect(start(page)).to_be_disabled()
    assert not Job.objects.exists()


def test_films_among_photos_are_left_out_and_one_alone_is_taken_along(
    page: Page, made_up: None
) -> None:
    page.goto("/")
    page.set_input_files("#image", [SMALL, reel(reels.film())])
    expect(page).to_have_url(re.compile("/batch$"))
    page.click("[data-refused] summary")
    expect(page.locator("[data-refused]")).to_contain_text("Films are coloured one at a time")
    page.set_input_files("#batch-files", reel(reels.film()))
    expect(page).to_have_url(re.compile("/film$"))
    expect(page.locator(f"{PANEL} [data-name]")).to_contain_text("Wedding.mp4")


def test_pieces_are_played_while_others_are_coloured(page: Page, made_up: None) -> None:
    choose_on_the_colorizer(page, reel(reels.film(3)), "/film")
    expect(page.locator("[data-unseen]:visible")).to_contain_text("can’t play this kind")
    send(page)
    expect(words(page)).to_have_text("The film is waiting for its turn.")
    worker.do_next()
    worker.do_next()
    expect(words(page)).to_have_text("0:20 of 1:00 is in colour.")
    expect(page.locator("[data-job-bar]")).to_have_js_property("value", 0.3333)
    expect(page.locator("[data-piece]:visible")).to_have_text(["0:00–0:20"])
    worker.do_next()
    expect(page.locator("[data-piece]:visible")).to_have_count(2)
    page.click("text=0:20–0:40")
    expect(page.locator("[data-piece][aria-current]")).to_have_text("0:20–0:40")
    expect(page.locator("[data-film-notes]")).to_have_text("It has no sound.")
    assert problems(page) == []
    page.reload()
    expect(page.locator("[data-piece]:visible")).to_have_count(2)
    page.get_by_role("button", name="Cancel").click()
    expect(words(page)).to_have_text("Cancelled.")
    page.get_by_role("button", name="Continue with the rest").click()
    expect(words(page)).to_have_text("0:40 of 1:00 is in colour.")
    work_off()
    expect(page.locator("[data-film-download]")).to_be_visible()
    expect(page.locator("[data-piece]:visible")).to_have_count(0)


def test_of_a_damaged_film_what_can_be_read(page: Page, made_up: None, hands: None) -> None:
    choose(page, reel(reels.film(3, damaged=[1])), "/film")
    send(page)
    expect(words(page)).to_contain_text("Part of the film cannot be read")
    expect(page.locator("[data-job-help]")).to_have_attribute("href", "/faq#film_damaged")
    page.get_by_role("button", name="Colour what can be read").click()
    expect(words(page)).to_have_text("Your film is in colour.")
    expect(page.locator("[data-film-notes]")).to_contain_text("0:20 to 0:40")


def test_an_upload_goes_on_after_a_reload(page: Page, tmp_path: Path, made_up: None) -> None:
    large = tmp_path / "Wedding.mp4"
    large.write_bytes(reels.film(2, padding=3_000_000))
    page.goto("/film")
    page.set_input_files("#film-file", large)
    pieces = 0

    def only_two(route: Any) -> None:
        nonlocal pieces
        pieces += 1
        route.continue_() if pieces < 3 else route.abort()

    page.route("**/items/*", only_two)
    send(page)
    expect(page.locator("[data-sending-words]")).to_contain_text("The connection broke.")
    page.unroute("**/items/*")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-missing]")).to_contain_text("The film has not arrived completely")
    assert problems(page) == []
    page.get_by_label("Choose the film again").set_input_files(SMALL)
    expect(page.locator("[data-sending-problem]")).to_contain_text("not the missing files")
    before = JobFile.objects.count()
    page.get_by_label("Choose the film again").set_input_files(large)
    expect(words(page)).to_have_text("The film is waiting for its turn.")
    assert before and Item.objects.get().files.count() > before
    work_off()
    expect(words(page)).to_have_text("Your film is in colour.")


@pytest.fixture
def camera(browser: Browser) -> Iterator[Browser]:
    """A browser with a camera that shows a test picture, and that is allowed to use it."""
    switches = [*SWITCHES, *CAMERA]
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=switches)
    yield chromium
    chromium.close()


def test_a_clip_from_the_camera(
    camera: Browser, site: str, network: FakeNetwork, hands: None
) -> None:
    context = new_context(camera, site)
    page = context.new_page()
    complaints = listen(page)
    page.goto("/film")
    page.get_by_role("button", name="Record a clip").click()
    expect(page.locator("[data-live]")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-clock]")).to_contain_text("0:02 of 1:00", timeout=15_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(f"{PANEL} [data-name]")).to_contain_text("Clip")
    expect(page.get_by_role("button", name="Record again")).to_be_focused()
    expect(length(page)).to_have_text(re.compile(r"^All of it, 0:0[23]\.$"))
    expect(page.locator("[data-live]")).to_be_hidden()
    assert page.locator("[data-live]").evaluate("video => video.srcObject") is None
    send(page)
    expect(words(page)).to_have_text("Your film is in colour.", timeout=120_000)
    context.close()
    assert not complaints


def test_why_there_is_no_camera(page: Page) -> None:
    page.goto("/film")
    for error, said in (
        ("NotAllowedError", "does not let this page use the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "Close other programs"),
        ("AbortError", "The camera did not start"),
    ):
        page.evaluate(
            """error => {
              const refuse = () => Promise.reject(new DOMException("", error));
              navigator.mediaDevices.getUserMedia = refuse;
            }""",
            error,
        )
        page.get_by_role("button", name="Record a clip").click()
        expect(page.locator("[data-no-camera]")).to_contain_text(said)
        expect(page.locator("[data-camera-view]")).to_be_hidden()
    assert problems(page) == []


def test_nothing_is_offered_that_the_browser_cannot_do(new_page: Page) -> None:
    page = new_page
    page.add_init_script("delete window.MediaRecorder")
    page.goto("/film")
    expect(page.locator("[data-record]")).to_be_hidden()


def test_without_javascript_from_form_to_film(plain_page: Page, made_up: None) -> None:
    page = plain_page
    page.goto("/")
    page.set_input_files("#image", reel(reels.film(2)))
    page.click("[data-start]")
    expect(page.locator("[data-message]")).to_be_visible()
    page.click("text=Colour a film")
    expect(page.locator("h1")).to_have_text("Colour a black-and-white film")
    page.set_input_files("#film-file", reel(reels.film(2)))
    page.click("[data-start]")
    expect(page.locator("[data-job-words]")).to_have_text("The film is waiting for its turn.")
    worker.do_next()
    worker.do_next()
    page.reload()
    expect(page.locator("[data-piece]")).to_have_text(["0:00–0:20"])
    expect(page.locator("[data-player] video")).to_have_count(1)
    work_off()
    page.reload()
    expect(page.locator("[data-job-words]")).to_have_text("Your film is in colour.")
    expect(page.locator("[data-film-download]")).to_be_visible()
    page.click("text=Delete this film now")
    page.click("text=Yes, delete the film and results")
    expect(page.locator(".message")).to_have_text("Deleted.")
    assert not Job.objects.exists()


def test_by_keyboard_alone(page: Page, made_up: None, hands: None) -> None:
    page.goto("/film")
    page.locator("#film-file").set_input_files(reel(reels.film(2)))
    expect(start(page)).to_be_enabled()
    start(page).press("Enter")
    expect(words(page)).to_have_text("Your film is in colour.")
    slide = page.get_by_label("Compare black-and-white and colour")
    slide.press("End")
    expect(slide).to_have_attribute("aria-valuetext", "100% black-and-white, 0% in colour")


def test_nobody_is_shut_out_of_the_form(page: Page, owner: User, site: str) -> None:
    page.goto("/film")
    look(page)
    page.set_input_files("#film-file", WEDDING)
    expect(page.locator("[data-here]").first).to_be_visible()
    look(page)
    log_in(page.context, owner, site)
    page.goto("/film")
    look(page)
