"""What can be wrong with a request, and with what the site stands on, in the user's words."""

from django.http import Http404

from colorize.engine.errors import UserError
from colorize.engine.formats import NAMES
from colorize.service import Result


class NoPhoto(UserError):
    code = "no_photo"
    template = f"No photo arrived. Choose a {NAMES} file and send it in the field “image”."


class SeveralPhotos(UserError):
    code = "several_photos"
    template = "{count} photos arrived at once, and none was coloured. Send them one at a time."


class BadRequest(UserError):
    code = "bad_request"
    template = "The request could not be read ({reason}). Send what its Content-Type says."


class FormExpired(UserError):
    code = "form_expired"
    status = 403
    template = "This page has expired. Load it again, then send the photo once more."


class UnknownHost(UserError):
    code = "unknown_host"
    template = "The site does not answer to this name. Whoever runs it adds it to ALLOWED_HOSTS."


class CookieMissing(FormExpired):
    template = (
        "The form came without this site’s cookie. Allow cookies, load the page again, then send "
        "the photo once more."
    )


class ForeignForm(UserError):
    code = "foreign_form"
    status = 403
    template = (
        "The photo was not sent from a page of this site, as far as the browser tells ({reason}). "
        "Open the site at its own address, then send the photo once more."
    )


class NotLoggedIn(UserError):
    code = "not_logged_in"
    status = 401
    template = "This needs an account. Log in, or send a valid token: Authorization: Bearer TOKEN."


class NotFound(UserError, Http404):
    """What pages answer in Django's own way."""

    code = "not_found"
    status = 404
    template = "There is nothing here, or nothing that you may see. Check the address."


class BadField(UserError):
    code = "bad_field"
    template = "The field “{name}” is not right: {reason}"


class UnsupportedType(UserError):
    code = "unsupported_type"
    status = 415
    template = "A body of this type is not read here. Send {wanted}, and say so in Content-Type."


class NotAllowed(UserError):
    code = "not_allowed"
    status = 403
    template = "You may not do this: {reason}"


class MethodNotAllowed(UserError):
    code = "method_not_allowed"
    status = 405
    template = "This address does not take that method. The header Allow says which it takes."


class NotAcceptable(UserError):
    code = "not_acceptable"
    status = 406
    template = "The answer cannot be of the type that Accept asks for. Ask for application/json."


class RateLimited(UserError):
    code = "rate_limited"
    status = 429
    template = "Too many {what} in a short time. Wait {seconds} seconds and try again."


class InternalError(UserError):
    code = "internal_error"
    status = 500
    template = (
        "Something went wrong on the server. Try again; if it happens again, report the request id."
    )


class StorageUnavailable(UserError):
    """`unsaved`: the colours that were made and could not be saved, so that they are not lost."""

    code = "storage_unavailable"
    status = 503
    template = (
        "The server cannot save anything at the moment, so this was not saved. Download what you "
        "want to keep, and try again in a few minutes."
    )
    unsaved: Result | None = None


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
