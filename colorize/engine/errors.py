"""Errors with a photo, with messages for people. Knows no Django."""

from typing import ClassVar


class UserError(Exception):
    """An error that people can understand and usually fix.

    `code` is stable and names the FAQ entry (`/faq#code`), `status` is the HTTP status, and the
    message says what happened and what to do next.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    template: ClassVar[str] = "Something is wrong with the request."
    retry_after: int | None = None

    def __init__(self, retry_after: int | None = None, **facts: object) -> None:
        self.retry_after = retry_after
        self.message = self.template.format(**facts)
        super().__init__(self.message)


class BadOption(UserError):
    code = "bad_option"
    template = "Please check the option “{name}”: {reason}"


class TooLarge(UserError):
    code = "too_large"
    status = 413
    template = "The file is larger than {limit}. Make the photo smaller, or lower its JPEG quality."


class WrongType(UserError):
    code = "wrong_type"
    status = 415
    template = "This is {what}. {advice}."

    def __init__(self, what: str, advice: str, is_film: bool = False) -> None:
        """See `formats.OTHERS` for the types and the advice. `is_film`: whether it can be coloured
        as a film."""
        super().__init__(what=what, advice=advice)
        self.is_film = is_film


class Damaged(UserError):
    code = "damaged"
    status = 422
    template = "The photo is damaged or incomplete. Open it in a photo app and save a new copy."


# A picture with up to this share missing at its end does not count as damaged.
MAX_MISSING = 0.02


class BadSidecar(UserError):
    code = "bad_sidecar"
    status = 422
    template = (
        "The sidecar file could not be read: it is not XMP, or larger than {limit:g} kB. Choose "
        "another one, or leave it out."
    )


class TooManyPixels(UserError):
    code = "too_many_pixels"
    status = 422
    template = (
        "The photo is too large ({width} × {height} pixels): the limit is {limit} megapixels. "
        "Make it smaller."
    )


class TooSmall(UserError):
    code = "too_small"
    status = 422
    template = (
        "The photo is too small ({width} × {height} pixels): each side needs at least {limit}. "
        "Scan or save it larger."
    )


class TooLong(UserError):
    code = "too_long"
    status = 422
    template = (
        "The photo is too long ({width} × {height} pixels): the result is a JPEG, with at most "
        "{limit:,} a side. Make the photo smaller or cut it into parts."
    )


class Busy(UserError):
    code = "busy"
    status = 503
    template = "The server is busy with other photos. Wait a few seconds and try again."


class NetworkUnavailable(UserError):
    code = "network_unavailable"
    status = 503
    template = "Photos cannot be coloured at the moment: {reason}"


def millions(number: float) -> str:
    """Of bytes or pixels, as messages say it: 5 or 2.5."""
    return f"{number / 1e6:g}"
