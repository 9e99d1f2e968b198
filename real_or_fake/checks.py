"""`manage.py check`: can the test be done with the photos and networks that the settings name?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from colorize import service
from real_or_fake.protocol import FEWEST_PHOTOS
from real_or_fake.services import photos

TAG = "real_or_fake"
# How many files are looked at, so that a check ends, and how many of them are named.
LOOKED_AT, NAMED = 20, 5
KINDS = "Put colour photos into it, or set REAL_OR_FAKE_PHOTOS to a folder with some."


@register(TAG)
def check_photos(**kwargs: Any) -> list[CheckMessage]:
    names = photos.names()
    wrong = {name: why for name in names[:LOOKED_AT] if (why := photos.problem_with(name))}
    messages: list[CheckMessage] = []
    if len(names) - len(wrong) < FEWEST_PHOTOS:
        messages.append(too_few())
    if wrong:
        messages.append(unusable(wrong))
    return messages


def too_few() -> Warning:
    problem = (
        f"The folder {settings.REAL_OR_FAKE_PHOTOS} has fewer than {FEWEST_PHOTOS} colour photos, "
        "so the page /real-or-fake says that it is not set up."
    )
    return Warning(problem, hint=KINDS, id="real_or_fake.W001")


def unusable(wrong: dict[str, str]) -> Warning:
    told = [f"{name}: {why}" for name, why in list(wrong.items())[:NAMED]]
    more = f" (and {len(wrong) - NAMED} more)" if len(wrong) > NAMED else ""
    problem = (
        f"Some files in {settings.REAL_OR_FAKE_PHOTOS} are left out of the test with people: "
        f"{' '.join(told)}{more}"
    )
    hint = "Put colour photos in their place, or remove them."
    return Warning(problem, hint=hint, id="real_or_fake.W002")


@register(TAG)
def check_networks(**kwargs: Any) -> list[CheckMessage]:
    """Only those of REAL_OR_FAKE_COLOURS; the default network has a check of its own."""
    there = [entry.name for entry in service.available_networks()]
    missing = sorted({name for name, _ in settings.REAL_OR_FAKE_COLOURS} - set(there))
    if not missing:
        return []
    problem = f"REAL_OR_FAKE_COLOURS names networks that are not here: {', '.join(missing)}."
    hint = f"Fetch them with manage.py fetch_network, or choose from: {', '.join(there)}."
    return [Warning(problem, hint=hint, id="real_or_fake.W003")]
