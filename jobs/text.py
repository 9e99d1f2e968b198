"""The state of jobs in sentences, for pages and programs, and which actions are possible."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.video.errors import clock
from colorize.web.offers import offers
from jobs.companions import companion_of
from jobs.film_state import FILM, Step, may_leave_out, state_of
from jobs.models import Item, ItemState, Job, JobState
from jobs.registry import KINDS

# Kinds whose items are photos that become colour, and those that make one file.
OF_PHOTOS = ("batch", "recolor")
OF_A_FILE = ("zip", "export")
# Of a film, beside how much of it is in colour.
FILM_WORDS = {
    Step.UPLOADING: "The film is being uploaded.",
    Step.WAITING: "The film is waiting for its turn.",
    Step.LOOKING: "The film is being opened.",
    Step.JOINING: "All of it is in colour. The pieces are being joined.",
    Step.DONE: "Your film is in colour.",
    Step.CANCELLED: "Cancelled.",
}
# Of those that do a single thing: while it is done, once it is, and if it failed.
FILE = ("Your file is being made.", "Your file is ready.", "The file could not be made.")
SINGLE = dict.fromkeys(OF_A_FILE, FILE) | {
    "delete_account": (
        "Your account is being deleted.",
        "Your account is deleted, with everything in it.",
        "Your account could not be deleted completely. Tell the people who run this site.",
    )
}
# Those that can tell by email when they are done.
NOTIFIES = (*OF_PHOTOS, *OF_A_FILE, FILM)
MINUTE, HOUR = 60, 3600


def of_job(job: Job, counts: Mapping[str, int], seconds: float | None = None) -> dict[str, Any]:
    """How far a job is, how long it will still take, and what can be done with it now, by the
    names of buttons; `kept`: how long it is kept, if only for a while. `counts`: items by state;
    `seconds`: see `jobs.seconds_left`."""
    return {
        "words": headline(job, counts),
        # While photos are still being sent, that takes longest.
        "left": time_left(None if job.state == JobState.OPEN else seconds),
        "kept": kept(job),
        "actions": actions(job, counts),
        "will_notify": job.notify and not job.is_finished,
    }


def of_item(item: Item, options: Mapping[str, Any]) -> dict[str, Any]:
    """`words`: its state; `says`: what was noticed about the photo; `goes_along`: whether it is
    nothing to look at. `options`: as `Options.as_dict`."""
    is_done = item.state == ItemState.DONE
    result = item.result or {}
    is_beside = companion_of(item.name) and not item.payload.get("skipped")
    is_all = item.kind in SINGLE  # the page itself shows it
    return {
        "words": "" if is_done else ItemState(item.state).label,
        "says": noticed(result.get("noticed"), options),
        "may_retry": item.state == ItemState.FAILED and not item.is_incomplete,
        "goes_along": is_done and bool(is_beside or is_all),
    }


def title(job: Job) -> str:
    return job.title or KINDS[job.kind].label


def headline(job: Job, counts: Mapping[str, int]) -> str:
    if job.kind in SINGLE:
        return single(job)
    if job.kind == FILM:
        return of_film(job)
    total, done = sum(counts.values()), counts[ItemState.DONE]
    if job.state == JobState.OPEN:
        return arriving(job, total, total - counts[ItemState.UPLOADING], done)
    if job.state == JobState.RUNNING and counts[ItemState.WAITING] == total:
        its = "its" if total == 1 else "their"
        return f"{things(job, total)} waiting for {its} turn."
    if done == total and total:
        return all_done(job, total)
    return so_far(job, total, done, counts[ItemState.FAILED])


def single(job: Job) -> str:
    working, done, failed = SINGLE[job.kind]
    told = {
        JobState.DONE: done,
        JobState.FAILED: job.error["message"] if job.error else failed,
        JobState.CANCELLED: "Cancelled.",
    }
    return told.get(JobState(job.state), working)


def of_film(job: Job) -> str:
    state = state_of(job)
    if state.step == Step.FAILED:
        return failed_film(state.first.error if job.error is None else job.error)
    in_colour = f"{clock(state.coloured)} of {clock(state.seconds)} is in colour."
    return FILM_WORDS.get(state.step, in_colour)


def failed_film(error: Mapping[str, str] | None) -> str:
    return error["message"] if error else "The film could not be coloured."


def arriving(job: Job, total: int, arrived: int, done: int) -> str:
    if not total:
        return "No photos have arrived yet."
    have = f"{arrived:,} of {things(job, total)} {'has' if total == 1 else 'have'} arrived."
    return f"{have} {done:,} {'is' if done == 1 else 'are'} {ended(job)}." if done else have


def all_done(job: Job, total: int) -> str:
    if total == 1:
        return f"Your {things(job, 1).removeprefix('1 ')} is {ended(job)}."
    return f"All {things(job, total)} are {ended(job)}."


def so_far(job: Job, total: int, done: int, failed: int) -> str:
    """With what went wrong."""
    sentences = [
        job.error["message"] if job.error else "",
        "Cancelled." if job.state == JobState.CANCELLED else "",
        f"{done:,} of {things(job, total)} {'is' if total == 1 else 'are'} {ended(job)}.",
        f"{failed:,} could not be done." if failed else "",
    ]
    return " ".join(filter(None, sentences))


def things(job: Job, count: int) -> str:
    """Such as “1,000 photos”."""
    name = "photo" if job.kind in OF_PHOTOS else "item"
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def ended(job: Job) -> str:
    return "in colour" if job.kind in OF_PHOTOS else "done"


def time_left(seconds: float | None) -> str:
    """Such as “about 3 minutes left”; empty where that cannot be said."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return "less than a minute left"
    number, unit = (seconds / MINUTE, "minute") if seconds < HOUR else (seconds / HOUR, "hour")
    whole = round(number)
    return f"about {whole} {unit}{'' if whole == 1 else 's'} left"


def kept(job: Job) -> str:
    """Empty for what stays: people's photos are in their gallery."""
    if not is_visitors(job) and job.kind not in OF_A_FILE:
        return ""
    if not job.is_finished or not job.expires_at:
        return f"Kept for {hours(settings.BATCH_HOURS)} once it is done, then deleted."
    return f"Kept until {date_format(job.expires_at, 'j F, H:i')} (UTC), then deleted."


def is_visitors(job: Job) -> bool:
    """Whether it is photos or a film of a visitor."""
    return job.owner_id is None and job.kind in (*OF_PHOTOS, FILM)


def hours(number: int | None) -> str:
    """How long a visitor's batch is kept, such as “a day”."""
    if not number:
        return ""
    days, rest = divmod(number, 24)
    if rest:
        return f"{number} hours" if number > 1 else "an hour"
    return f"{days} days" if days > 1 else "a day"


def length(seconds: int) -> str:
    """Of a film, such as “60 minutes”."""
    minutes, rest = divmod(seconds, MINUTE)
    return f"{seconds:,} seconds" if rest or minutes < 2 else f"{minutes:,} minutes"


def actions(job: Job, counts: Mapping[str, int]) -> list[str]:
    """`retry`: what failed; `resume`: what was cancelled, too; `leave_out`: all of a film but what
    cannot be read, which another try would not change."""
    again = counts[ItemState.FAILED] + counts[ItemState.CANCELLED] and can_repeat(job)
    is_damaged = job.kind == FILM and may_leave_out(job)
    was_cancelled = counts[ItemState.CANCELLED] and not has_failed_as_one(job)
    possible = {
        "cancel": not job.is_finished and KINDS[job.kind].can_be_cancelled,
        "retry": again and not was_cancelled and not is_damaged,
        "resume": again and was_cancelled,
        "leave_out": is_damaged,
        "zip": job.is_finished and counts[ItemState.DONE] and job.kind in OF_PHOTOS,
        "notify": not job.is_finished and not job.notify and job.kind in NOTIFIES,
    }
    return [name for name, is_possible in possible.items() if is_possible]


def has_failed_as_one(job: Job) -> bool:
    """Whether what was cancelled of it was so because something else failed."""
    return KINDS[job.kind].is_one and job.state == JobState.FAILED


def can_repeat(job: Job) -> bool:
    """Whether any of what is not done has all that it needs."""
    return job.items.repeatable().exists()


def noticed(seen: Mapping[str, Any] | None, options: Mapping[str, Any]) -> list[str]:
    """What is said of a photo. `seen`: as `Noticed.as_dict`."""
    if not seen:
        return []
    return [offer.sentence for offer in offers(Noticed.stored(seen), Options.stored(options))]
