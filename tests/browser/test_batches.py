"""Many photos at once: sent, followed, compared, downloaded; on a line that breaks, after a reload,
by keyboard, and without scripts."""

import io
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from accounts.models import User
from gallery.models import Album, Picture
from jobs import worker
from jobs.models import Item, ItemState, Job, JobState
from jobs.registry import KINDS
from jobs.services import jobs
from tests.browser.conftest import VIEWPORT
from tests.browser.looking import look, problems
from tests.browser.sending import JOB, choose, choose_on_the_colorizer, photos, send, start, words
from tests.browser.test_flow import LETTER, SMALL
from tests.browser.test_gallery import log_in, scroll_down
from tests.browser.test_sidecars import sidecar
from tests.cast import grey
from tests.fakes import FakeNetwork
from tests.photos import photo

pytestmark = pytest.mark.usefixtures("network")

PANEL = '[data-panel="batch"]'
DONE = re.compile("^All .* photos are in colour")
DAMAGED: FilePayload = {
    "name": "damaged.jpg",
    "mimeType": "image/jpeg",
    "buffer": photo("JPEG")[:300],
}


# Whether the page has sent all that it can.
ENDED = """() => {
  const requests = performance.getEntriesByType("resource");
  const isRunning = [...window.underWay.values()].some((uploads) => uploads.isRunning);
  return requests.some(({ name }) => name.includes("/items")) && !isRunning;
}"""


def archive(*shades: int) -> FilePayload:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for each in photos(*shades):
            file.writestr(f"album/{each['name']}", each["buffer"])
        file.writestr("album/notes.txt", "Dear Sir")
    return {"name": "album.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}


@pytest.fixture
def home(page: Page, site: str, owner: User) -> Page:
    """The browser of somebody who is logged in."""
    log_in(page.context, owner, site)
    return page


def cards(page: Page) -> Any:
    return page.locator("[data-items]:visible [data-item]:visible")


def test_from_many_photos_to_one_zip_and_to_nothing(page: Page, hands: None, media: Any) -> None:
    choose_on_the_colorizer(page, [*photos(10, 60), LETTER, DAMAGED], "/batch")
    expect(page.locator(f"{PANEL} [data-status]")).to_have_text(re.compile("^Chosen: 3 photos"))
    expect(page.locator("[data-refused] summary")).to_have_text(re.compile("^1 file is left out"))
    expect(page.locator(f"{PANEL} .notice").first).to_contain_text("A batch is kept for a day")
    send(page)
    expect(words(page)).to_have_text("2 of 3 photos are in colour. 1 could not be done.")
    expect(cards(page)).to_have_count(3)
    damaged = cards(page).filter(has_text="damaged.jpg")
    expect(damaged.locator("[data-error]")).to_contain_text("The photo is damaged")
    expect(damaged.locator("[data-help]")).to_have_attribute("href", "/faq#damaged")
    for card in cards(page).filter(has_text="scan-").all():
        expect(card.locator("img")).to_have_js_property("complete", True)
        expect(card.locator("img")).to_have_attribute("src", re.compile("result_small"))
    with page.expect_download() as started:
        page.click("text=Download all (ZIP)")
    with zipfile.ZipFile(Path(started.value.path())) as file:
        assert sorted(file.namelist()) == ["scan-10.jpg", "scan-60.jpg"]
    assert problems(page) == []
    page.set_viewport_size(VIEWPORT)
    compare(page)
    assert media()
    page.click("text=Delete these photos now")
    page.click("text=Yes, delete photos and results")
    expect(page.locator(".message")).to_have_text("Deleted.")
    assert not Job.objects.exists() and not media()


def compare(page: Page) -> None:
    """Before and after of each photo."""
    page.get_by_label("Compare before and after: scan-10.png").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading")).to_have_text("scan-10.png")
    expect(dialog.get_by_alt_text("The photo, in colour")).to_have_js_property("naturalWidth", 64)
    expect(dialog.get_by_text("Previous")).to_be_disabled()
    assert problems(page) == []
    dialog.get_by_text("Next").click()
    expect(dialog.get_by_role("heading")).to_have_text("scan-60.png")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Compare before and after: scan-60.png")).to_be_focused()


def test_what_failed_is_tried_again(page: Page, hands: None, monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(FakeNetwork, "predict", fail)
    monkeypatch.setitem(KINDS, "batch", replace(KINDS["batch"], attempts=1))
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(words(page)).to_contain_text("2 could not be done.")
    monkeypatch.undo()
    cards(page).first.get_by_role("button", name="Try again").click()
    expect(words(page)).to_contain_text("1 of 2 photos are in colour.")
    page.click("text=Try the failed ones again")
    expect(words(page)).to_have_text(DONE)


def test_with_an_account_they_go_into_a_new_album_with_their_sidecars(
    home: Page, owner: User, hands: None
) -> None:
    choose_on_the_colorizer(home, [*photos(10, 60), sidecar("scan-10.xmp")], "/batch")
    expect(home.locator(f"{PANEL} [data-status]")).to_contain_text("with 1 sidecar file")
    expect(home.locator(PANEL)).not_to_contain_text("A batch is kept")
    home.get_by_label("Name of the batch").fill("Aunt Mary")
    home.get_by_label("Or a new album").fill("Farm")
    send(home)
    expect(words(home)).to_have_text(DONE)
    expect(home.locator("h1:visible")).to_have_text("Aunt Mary")
    expect(cards(home)).to_have_count(2)
    assert Picture.objects.get(title="scan-10").said.artist == "Anna"
    assert set(Picture.objects.values_list("album__name", flat=True)) == {"Farm"}
    assert Album.objects.get().owner == owner
    home.goto("/jobs")
    expect(home.locator(".job-list li")).to_contain_text("All 2 photos are in colour.")
    assert problems(home) == []
    home.click("text=Aunt Mary")
    cards(home).first.get_by_text("In your gallery").click()
    expect(home.locator("h1")).to_have_text("scan-10")


def test_a_zip_becomes_its_photos_with_options_that_were_chosen_before(
    page: Page, hands: None
) -> None:
    page.goto("/")
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Contrast").select_option("true")
    page.set_input_files("#image", archive(60, 110))
    expect(start(page)).to_have_text("Add colour to 1 ZIP file")
    expect(start(page)).to_be_enabled()
    send(page)
    assert Job.objects.get().options["options"]["restore_contrast"] is True
    expect(words(page)).to_have_text("All 2 photos are in colour.")
    left_out = "notes.txt: This is not a photo."
    expect(page.locator("[data-skipped]:visible")).to_contain_text(left_out)
    expect(cards(page).first.locator("img")).not_to_have_attribute("src", re.compile("."))
    page.reload()
    expect(page.locator("[data-skipped]:visible")).to_contain_text(left_out)


def test_a_folder_is_dropped_or_chosen(page: Page, tmp_path: Path, hands: None) -> None:
    folder = tmp_path / "album"
    (folder / "inside").mkdir(parents=True)
    for number in (10, 9, 11):
        (folder / f"scan-{number}.png").write_bytes(grey(number))
    (folder / "inside" / "two.png").write_bytes(grey(60))
    (folder / ".DS_Store").write_bytes(b"of the system")
    page.goto("/batch")
    page.set_input_files("#batch-folder", folder)
    expect(page.locator(f"{PANEL} [data-status]")).to_contain_text("Chosen: 4 photos")
    expect(page.locator("[data-refused]")).to_be_hidden()
    send(page)
    expect(words(page)).to_have_text(DONE)
    names = Item.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["two.png", "scan-9.png", "scan-10.png", "scan-11.png"]


def test_many_are_dropped_on_the_colorizer_and_one_alone_stays_there(page: Page) -> None:
    page.goto("/")
    page.evaluate(
        """(bytes) => {
          const transfer = new DataTransfer();
          for (const name of ["a.png", "b.png"]) {
            transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
          }
          const drop = { dataTransfer: transfer, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", drop));
        }""",
        list(grey()),
    )
    expect(page.locator(f"{PANEL} [data-status]")).to_contain_text("Chosen: 2 photos")
    page.goto("/")
    page.set_input_files("#image", SMALL)
    page.click("[data-start]")
    expect(page.locator(".result before-after")).to_be_visible()
    expect(page).to_have_url(re.compile("/$"))


def test_what_is_too_much_is_said_on_the_form(page: Page, settings: Any) -> None:
    """Photos that a batch does not take, and a batch that the server refuses."""
    settings.VISITOR_BATCH_PHOTOS = 2
    choose_on_the_colorizer(page, photos(10, 60, 110), "/batch")
    status = page.locator(f"{PANEL} [data-status]")
    expect(status).to_contain_text("1 more is left out")
    expect(start(page)).to_have_text("Add colour to 2 photos")
    settings.VISITORS_BYTES = 0
    start(page).click()
    message = page.locator(f"{PANEL} [data-message]")
    expect(message).to_contain_text("There is no room for more batches of visitors")
    expect(page.locator(f"{PANEL} [data-help]")).to_have_attribute(
        "href", "/faq#no_room_for_visitors"
    )


def test_a_broken_line_is_waited_for(page: Page, hands: None) -> None:
    pieces: list[str] = []

    def break_twice(route: Any) -> None:
        pieces.append(route.request.url)
        if len(pieces) <= 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/items/*", break_twice)
    choose(page, photos(10, 60, 110), "/batch")
    send(page)
    expect(page.locator("[data-sending-words]")).to_contain_text("continues by itself")
    expect(words(page)).to_have_text(DONE)
    expect(page.locator("[data-sending]")).to_be_hidden()


def test_its_page_opens_as_soon_as_it_can(page: Page, hands: None) -> None:
    page.route(re.compile("/jobs/[0-9a-f-]+$"), lambda route: route.abort(), times=1)
    choose(page, photos(10, 60), "/batch")
    start(page).click()
    expect(page.locator(f"{PANEL} [data-status]")).to_contain_text("Your photos are being sent.")
    expect(words(page)).to_have_text(DONE)


def halted(page: Page) -> None:
    """A batch of two, of which one has arrived when the page is left."""
    page.route("**/items/*", lambda route: None, times=1)  # never answered
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(words(page)).to_have_text("1 of 2 photos have arrived. 1 is in colour.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()


def test_after_a_reload_it_goes_on_with_the_same_files(page: Page, hands: None) -> None:
    halted(page)
    missing = page.locator("[data-missing]")
    expect(missing).to_contain_text("Choose the same files once more")
    chosen = missing.locator("input[type=file]").first
    chosen.set_input_files(photos(160))
    expect(page.locator("[data-sending-problem]")).to_contain_text("not the missing files")
    chosen.set_input_files(photos(10, 60))
    expect(words(page)).to_have_text(DONE)
    assert Item.objects.count() == 2


def test_a_file_that_has_changed_is_chosen_again(page: Page, tmp_path: Path, hands: None) -> None:
    files = [tmp_path / "one.png", tmp_path / "two.png"]
    for shade, file in enumerate(files):
        file.write_bytes(grey(shade))
    page.goto("/batch")
    page.set_input_files("#batch-files", files)
    expect(start(page)).to_be_enabled()
    files[1].write_bytes(files[1].read_bytes())
    os.utime(files[1], (1, 1))
    opened: list[Route] = []
    page.route(JOB, lambda route: opened.append(route))
    page.evaluate("async () => Object.assign(window, await import('/static/js/uploads.js'))")
    start(page).click()
    page.wait_for_function(ENDED)
    # All that could be sent was sent before the page of the batch is open.
    opened[0].continue_()
    page.unroute_all()
    problem = page.locator("[data-sending-problem]")
    expect(problem).to_contain_text("the file was moved or has changed: “two.png”. Choose it again")
    page.locator("[data-missing] input[type=file]").first.set_input_files(files[1])
    expect(words(page)).to_have_text(DONE)


def test_or_it_goes_on_without_them(page: Page, hands: None) -> None:
    halted(page)
    page.get_by_role("button", name="Continue without them").click()
    expect(words(page)).to_contain_text("1 of 2 photos are in colour. 1 could not be done.")
    assert Job.objects.get().state == JobState.DONE


def test_a_batch_of_which_all_has_arrived_is_closed_by_its_page(page: Page, hands: None) -> None:
    """Where the page that sent it was left just before it could do so itself."""
    page.route("**/close", lambda route: None, times=1)  # never answered
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(words(page)).to_have_text("2 of 2 photos have arrived. 2 are in colour.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(words(page)).to_have_text(DONE, timeout=15_000)


def test_leaving_is_asked_about_only_while_something_is_sent(new_page: Page, hands: None) -> None:
    page = new_page
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(words(page)).to_have_text(DONE)
    page.goto("/about")
    assert asked == []


def test_cancelled_it_keeps_what_is_done_and_goes_on(page: Page) -> None:
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(page.locator("[data-no-worker]")).to_be_visible()
    expect(words(page)).to_have_text("2 photos waiting for their turn.")
    worker.do_next()
    expect(words(page)).to_have_text("1 of 2 photos are in colour.")
    page.get_by_role("button", name="Cancel").click()
    expect(words(page)).to_have_text("Cancelled. 1 of 2 photos are in colour.")
    assert problems(page) == []
    page.click("text=Continue with the rest")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    worker.do_next()
    expect(words(page)).to_have_text(DONE)


def test_of_a_batch_that_was_cancelled_no_upload_complains(page: Page) -> None:
    def cancel_first(route: Route) -> None:
        if route.request.method == "PATCH":
            jobs.cancel(Job.objects.get())
        route.continue_()

    page.route(re.compile("/items/"), cancel_first)
    choose(page, photos(10), "/batch")
    with page.expect_response(lambda response: response.status == 409):
        send(page)
    expect(words(page)).to_contain_text("Cancelled.")
    expect(page.locator("[data-sending-problem]:visible")).to_have_count(0)


def test_an_email_is_asked_for_until_the_batch_is_gone(page: Page) -> None:
    choose(page, photos(10, 60), "/batch")
    send(page)
    expect(words(page)).to_have_text("2 photos waiting for their turn.")
    page.click("text=Email me when it is done >> visible=true")
    page.get_by_label("Your email address").fill("ann@example.org")
    page.click("text=Send me one email")
    expect(page.get_by_text("You get an email when it is done.")).to_be_visible()
    Job.objects.update(notify=False)
    page.get_by_label("Your email address").fill("ann@nowhere")
    page.click("text=Send me one email")
    expect(page.locator("[data-not-done]")).to_contain_text("this is not an email address")
    Job.objects.all().delete()
    expect(page.locator("[data-gone]")).to_be_visible()


def test_where_the_gallery_is_full_it_stops_and_says_so(
    home: Page, settings: Any, hands: None
) -> None:
    settings.QUOTA_PICTURES = 1
    choose(home, photos(10, 60), "/batch")
    send(home)
    expect(words(home)).to_contain_text("Your gallery is full")
    expect(home.get_by_text("Your storage")).to_be_visible()
    home.reload()
    expect(home.get_by_text("Your storage")).to_be_visible()
    assert problems(home) == []


def test_by_keyboard_alone(page: Page, hands: None) -> None:
    page.goto("/batch")
    page.locator("#batch-files").set_input_files(photos(10, 60))
    expect(start(page)).to_be_enabled()
    start(page).focus()
    page.keyboard.press("Enter")
    expect(words(page)).to_have_text(DONE)
    page.get_by_label("Compare before and after: scan-10.png").press("Enter")
    slide = page.get_by_label("Compare before and after", exact=True)
    slide.press("Home")
    expect(slide).to_have_attribute("aria-valuetext", "0% before, 100% after")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_large_batch_comes_a_portion_at_a_time(page: Page, monkeypatch: Any) -> None:
    monkeypatch.setattr("jobs.describe.Portion.size", 12)
    job = Job.objects.create(kind="batch", lane="visitor:somebody", state=JobState.RUNNING)
    Item.objects.bulk_create(
        Item(job=job, kind="batch", lane=job.lane, position=each, name=f"{each}.jpg")
        for each in range(30)
    )
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(job.get_absolute_url())
    scroll_down(page, cards(page).nth(29))
    expect(cards(page)).to_have_count(30)
    cards(page).last.scroll_into_view_if_needed()  # what is out of sight is not asked about
    Item.objects.filter(position=29).update(state=ItemState.DONE, progress=1)
    expect(cards(page).last).to_have_attribute("data-state", "done")


def test_without_javascript_from_form_to_zip(plain_page: Page) -> None:
    page = plain_page
    page.goto("/batch")
    expect(page.locator("#batch-folder")).to_be_hidden()
    page.set_input_files("#batch-files", [*photos(10, 60), DAMAGED])
    page.click("[data-start]")
    expect(page.locator("[data-job-words]")).to_have_text("3 photos waiting for their turn.")
    assert page.locator('noscript meta[http-equiv="refresh"], meta[http-equiv="refresh"]').count()
    page.click("text=Cancel")
    expect(page.locator("[data-job-words]")).to_contain_text("Cancelled.")
    page.click("text=Continue with the rest")
    expect(page.locator("[data-job-words]")).to_have_text("3 photos waiting for their turn.")
    while worker.do_next():
        pass
    page.reload()
    expect(page.locator("[data-job-words]")).to_contain_text("2 of 3 photos are in colour.")
    expect(page.locator("[data-item] [data-result]:visible")).to_have_count(2)
    expect(page.locator("[data-item] [data-error]:visible")).to_contain_text("damaged")
    with page.expect_download() as started:
        page.click("text=Download all (ZIP)")
    assert zipfile.is_zipfile(started.value.path())
    page.click("text=Delete these photos now")
    page.click("text=Yes, delete photos and results")
    expect(page.locator(".message")).to_have_text("Deleted.")
    assert not Job.objects.exists()


def test_nobody_is_shut_out_of_the_form(page: Page, owner: User, site: str) -> None:
    page.goto("/batch")
    look(page)
    log_in(page.context, owner, site)
    for path in ("/batch", "/jobs"):
        page.goto(path)
        look(page)
