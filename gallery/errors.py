"""What can go wrong with accounts' pictures, in the same contract as the errors of a photo."""

from colorize.engine.errors import UserError
from colorize.web.errors import BadField, NotAllowed, NotFound, NotLoggedIn, RateLimited

__all__ = [
    "AlreadyThere",
    "BadField",
    "KeyInHand",
    "KeyReused",
    "NotAllowed",
    "NotFound",
    "OriginalLost",
    "OutOfDate",
    "OverQuota",
    "TooManyReports",
    "WrongPassword",
]


class WrongPassword(NotLoggedIn):
    template = "User name and password do not fit together. Check both, then try again."


class OverQuota(UserError):
    code = "over_quota"
    status = 403
    template = (
        "Your gallery is full: {reason}. The photo was not saved; delete pictures, empty the bin, "
        "and save it again."
    )


class TooManyReports(RateLimited):
    template = "Too many reports in a short time. Wait {seconds} seconds and send it again."


class AlreadyThere(UserError):
    code = "already_there"
    status = 409
    template = "Nothing was changed: {reason}"


class OriginalLost(UserError):
    code = "original_lost"
    status = 409
    template = (
        "The original of this picture is lost on the server, so its colours cannot be changed. "
        "Tell whoever runs it, or upload the photo again."
    )


class OutOfDate(UserError):
    code = "out_of_date"
    status = 412
    template = "It has been changed since you read it. Read it again, then change it."


class KeyReused(UserError):
    code = "key_reused"
    status = 422
    template = "This Idempotency-Key came with another request before. Use a new key for each."


class KeyInHand(UserError):
    code = "key_in_hand"
    status = 409
    template = (
        "The request with this Idempotency-Key is still being worked on. Wait {seconds} seconds, "
        "then send it again for its answer."
    )
