"""What the forms of batches and films have in common: files are chosen and sent, and their job is
followed."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.cast import grey

JOB = re.compile("/jobs/[0-9a-f-]{36}$")


def photos(*shades: int) -> list[FilePayload]:
    return [
        {"name": f"scan-{shade}.png", "mimeType": "image/png", "buffer": grey(shade)}
        for shade in shades
    ]


def reel(data: bytes, name: str = "Wedding.mp4") -> FilePayload:
    return {"name": name, "mimeType": "video/mp4", "buffer": data}


# The form's fields for files, by its address.
FIELDS = {"/batch": "#batch-files", "/film": "#film-file"}


def choose(page: Page, what: FilePayload | list[FilePayload], form: str) -> None:
    page.goto(form)
    page.set_input_files(FIELDS[form], what)
    expect(start(page)).to_be_enabled()


def choose_on_the_colorizer(page: Page, what: FilePayload | list[FilePayload], form: str) -> None:
    """From where it leads to the form with that address."""
    page.goto("/")
    page.set_input_files("#image", what)
    expect(page).to_have_url(re.compile(f"{form}$"))
    expect(start(page)).to_be_enabled()


def start(page: Page) -> Locator:
    """The button that sends what was chosen."""
    return page.locator("[data-panel]:visible [data-start]")


def send(page: Page) -> None:
    start(page).click()
    expect(page).to_have_url(JOB)


def words(page: Page) -> Locator:
    """What the page of a job says about it."""
    return page.locator("[data-job-words]:visible")
