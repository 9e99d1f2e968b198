"""What can go wrong with accounts' pictures, in the same contract as the errors of a photo."""

from django.http import Http404

from colorize.engine.errors import ColorizeError, RateLimited
from colorize.engine.errors import NotAllowed as NotAllowed


class NotLoggedIn(ColorizeError):
    code = "not_logged_in"
    status = 401
    template = "This needs an account. Log in, or send a valid token: Authorization: Bearer TOKEN."


class WrongPassword(NotLoggedIn):
    template = "User name and password do not fit together. Check both, then try again."


class NotFound(ColorizeError, Http404):
    """What pages answer in Django's own way."""

    code = "not_found"
    status = 404
    template = "There is nothing here, or nothing that you may see. Check the address."


class OverQuota(ColorizeError):
    code = "over_quota"
    status = 403
    template = (
        "Your gallery is full: {reason}. The photo was not saved; delete pictures, empty the bin, "
        "and save it again."
    )


class TooManyReports(RateLimited):
    template = "Too many reports in a short time. Wait {seconds} seconds and send it again."


class AlreadyThere(ColorizeError):
    code = "already_there"
    status = 409
    template = "Nothing was changed: {reason}"


class OriginalLost(ColorizeError):
    code = "original_lost"
    status = 409
    template = (
        "The original of this picture is lost on the server, so its colours cannot be changed. "
        "Tell whoever runs it, or upload the photo again."
    )


class OutOfDate(ColorizeError):
    code = "out_of_date"
    status = 412
    template = "It has been changed since you read it. Read it again, then change it."


class BadField(ColorizeError):
    code = "bad_field"
    template = "The field “{name}” is not right: {reason}"


class KeyReused(ColorizeError):
    code = "key_reused"
    status = 422
    template = "This Idempotency-Key came with another request before. Use a new key for each."


class KeyInHand(ColorizeError):
    code = "key_in_hand"
    status = 409
    template = (
        "The request with this Idempotency-Key is still being worked on. Wait {seconds} seconds, "
        "then send it again for its answer."
    )


class UnsupportedType(ColorizeError):
    code = "unsupported_type"
    status = 415
    template = "A body of this type is not read here. Send {wanted}, and say so in Content-Type."
