"""What can go wrong with a photo, in the user's words. Knows no Django."""

from typing import ClassVar


class ColorizeError(Exception):
    """A problem that a person can understand and usually mend.

    `code` is stable and names the FAQ entry (`/faq#code`), `status` is the HTTP status, and the
    message says what is wrong and what to do next.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    template: ClassVar[str] = "Something is wrong with the request."
    retry_after: int | None = None

    def __init__(self, retry_after: int | None = None, **facts: object) -> None:
        self.retry_after = retry_after
        self.message = self.template.format(**facts)
        super().__init__(self.message)


class NoPhoto(ColorizeError):
    code = "no_photo"
    template = "No photo arrived. Choose a JPEG or PNG file and send it in the field “image”."


class SeveralPhotos(ColorizeError):
    code = "several_photos"
    template = "{count} photos arrived at once, and none was coloured. Send them one at a time."


class BadOption(ColorizeError):
    code = "bad_option"
    template = "The option “{name}” is not right: {reason}"


class BadRequest(ColorizeError):
    code = "bad_request"
    template = "The request could not be read ({reason}). Send what its Content-Type says."


class FormExpired(ColorizeError):
    code = "form_expired"
    status = 403
    template = "This page has expired. Load it again, then send the photo once more."


class UnknownHost(ColorizeError):
    code = "unknown_host"
    template = "The site does not answer to this name. Whoever runs it adds it to ALLOWED_HOSTS."


class CookieMissing(FormExpired):
    template = (
        "The form came without this site’s cookie. Allow cookies, load the page again, then send "
        "the photo once more."
    )


class ForeignForm(ColorizeError):
    code = "foreign_form"
    status = 403
    template = (
        "The photo was not sent from a page of this site, as far as the browser tells ({reason}). "
        "Open the site at its own address, then send the photo once more."
    )


class NotAllowed(ColorizeError):
    code = "not_allowed"
    status = 403
    template = "You may not do this: {reason}"


class MethodNotAllowed(ColorizeError):
    code = "method_not_allowed"
    status = 405
    template = "{method} does not work here. The header Allow says what does."


class NotAcceptable(ColorizeError):
    code = "not_acceptable"
    status = 406
    template = "The answer cannot be of the type that Accept asks for. Ask for application/json."


class TooLarge(ColorizeError):
    code = "too_large"
    status = 413
    template = "The file is larger than {limit}. Save it smaller, or at a lower JPEG quality."


class WrongType(ColorizeError):
    code = "wrong_type"
    status = 415
    template = "This is {what}. {advice}."

    def __init__(
        self,
        what: str = "not a JPEG or PNG photo",
        advice: str = "Save it as one of these and try again",
    ) -> None:
        """`kinds.OTHERS` has what it may be, and the advice for each."""
        super().__init__(what=what, advice=advice)


class Damaged(ColorizeError):
    code = "damaged"
    status = 422
    template = "The photo is damaged or incomplete. Open it in a photo program and save it again."


# The share of a picture that may be missing at its end and does not make it damaged.
MAX_MISSING = 0.02


class TooManyPixels(ColorizeError):
    code = "too_many_pixels"
    status = 422
    template = (
        "The photo has {width} × {height} pixels, more than {limit} megapixels. Make it smaller."
    )


class TooSmall(ColorizeError):
    code = "too_small"
    status = 422
    template = (
        "The photo has {width} × {height} pixels. Each side needs at least {limit}; "
        "scan or save it larger."
    )


class TooLong(ColorizeError):
    code = "too_long"
    status = 422
    template = (
        "The photo has {width} × {height} pixels. A JPEG, which the result is, holds at most "
        "{limit:,} on a side; make it smaller or cut it into parts."
    )


class RateLimited(ColorizeError):
    code = "rate_limited"
    status = 429
    template = "Too many {what} in a short time. Wait {seconds} seconds and try again."


class InternalError(ColorizeError):
    code = "internal_error"
    status = 500
    template = (
        "Something went wrong on the server. Try again; if it happens again, report the request id."
    )


class Busy(ColorizeError):
    code = "busy"
    status = 503
    template = "The server is busy with other photos. Wait a few seconds and try again."


class NetworkUnavailable(ColorizeError):
    code = "network_unavailable"
    status = 503
    template = "No photo can be colorized at the moment: {reason}"


class StorageUnavailable(ColorizeError):
    """`unsaved`: what was made and could not be saved, for whoever can still hand it out."""

    code = "storage_unavailable"
    status = 503
    template = (
        "The server cannot save anything at the moment, so this was not saved. Download what you "
        "want to keep, and try again in a few minutes."
    )
    unsaved: object = None


class StorageFull(StorageUnavailable):
    code = "storage_full"
    status = 507
    template = (
        "The server’s storage is full, so this was not saved. Download what you want to keep, and "
        "tell whoever runs the site."
    )


class DatabaseUnavailable(StorageUnavailable):
    code = "database_unavailable"
    status = 503
    template = "The database is busy or out of reach. Wait half a minute and try again."

    def __init__(self) -> None:
        super().__init__(retry_after=30)
