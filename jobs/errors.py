"""Errors of long work, in the same contract as all others."""

from colorize.engine.errors import UserError


class Stopped(Exception):
    """The attempt may not store anything any more: its job was cancelled, or the item was given to
    another worker. Never shown to anybody."""


class StopJob(Exception):
    """Raised by a kind where going on with the job makes no sense, such as a full gallery: `why`
    becomes the error of the job and of all its items that are left."""

    def __init__(self, why: UserError) -> None:
        self.why = why
        super().__init__(why.message)


class WorkerLost(UserError):
    code = "worker_lost"
    status = 500
    template = (
        "The process that worked on this ended {times} times before it was done. Try again; if "
        "it keeps happening, tell the people who run this site."
    )


class TooLateForThat(UserError):
    code = "too_late"
    status = 409
    template = "{reason} Nothing was changed."
