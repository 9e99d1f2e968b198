"""Errors of the gallery and its API, in the same contract as the engine's errors."""

from colorize.engine.errors import UserError
from colorize.web.errors import BadField, NotAllowed, NotFound, NotLoggedIn, RateLimited

__all__ = [
    "AlreadyThere",
    "BadField",
    "KeyInHand",
    "KeyReused",
    "NetworkGone",
    "NotAllowed",
    "NotForFilms",
    "NotForPhotos",
    "NotFound",
    "NotLoggedIn",
    "OriginalLost",
    "OutOfDate",
    "OverQuota",
    "TooManyReports",
    "WrongPassword",
]


class WrongPassword(NotLoggedIn):
    template = "The username or the password is wrong. Check both and try again."


class OverQuota(UserError):
    code = "over_quota"
    status = 403
    template = (
        "Your gallery is full: {reason}. What does not fit is not saved: delete some pictures, "
        "empty your bin and try again."
    )


class TooManyReports(RateLimited):
    template = "You sent too many reports in a short time. Wait {seconds} seconds and try again."


class AlreadyThere(UserError):
    code = "already_there"
    status = 409
    template = "{reason} Nothing was changed."


class OriginalLost(UserError):
    code = "original_lost"
    status = 409
    template = (
        "The server has lost the original of this picture, so its colours cannot be changed. "
        "Tell the people who run this site, or upload it again."
    )


class NotForFilms(UserError):
    code = "not_for_films"
    status = 409
    template = (
        "This works with photos only, and this is a film. Colour it again with “Colour again” on "
        "its page, or in the API with “recolor-film”."
    )


class NotForPhotos(UserError):
    code = "not_for_photos"
    status = 409
    template = (
        "This works with films only, and this is a photo. Colour it again with “Change the "
        "colours” on its page, or in the API with “recolor”."
    )


class OtherKindOfFilm(NotForFilms):
    template = (
        "Other kinds of file are for photos only, and this is a film. Download it as it is, an MP4."
    )


class NetworkGone(UserError):
    code = "network_gone"
    status = 409
    template = (
        "The network “{network}” that made these colours is no longer installed, so only the JPEG "
        "is left of them. Download that, or change the colours with another network first."
    )


class OutOfDate(UserError):
    code = "out_of_date"
    status = 412
    template = "The picture has changed since you read it. Read it again and repeat your change."


class KeyReused(UserError):
    code = "key_reused"
    status = 422
    template = "This Idempotency-Key was used for another request. Use a new key for each request."


class KeyInHand(UserError):
    code = "key_in_hand"
    status = 409
    template = (
        "The first request with this Idempotency-Key is still running. Wait {seconds} seconds, "
        "then send it again to get its response."
    )
