"""Errors with a request or the site itself, with messages for people."""

from django.http import Http404

from colorize.engine.errors import UserError
from colorize.service import Result


class NoPhoto(UserError):
    code = "no_photo"
    template = "No photo arrived. Choose a photo and send it in the field “image”."


class SeveralPhotos(UserError):
    code = "several_photos"
    template = "You sent {count} photos at once. Send one at a time."


class BadRequest(UserError):
    code = "bad_request"
    template = "The request could not be read ({reason}). Check that it matches its Content-Type."


class FormExpired(UserError):
    code = "form_expired"
    status = 403
    template = "This page has expired. Reload it and send the photo again."


class UnknownHost(UserError):
    code = "unknown_host"
    template = "This site is not set up for this address. If you run it, add it to ALLOWED_HOSTS."


class CookieMissing(FormExpired):
    template = (
        "Your browser did not send this site’s cookie. Allow cookies, reload the page and send "
        "the photo again."
    )


class ForeignForm(UserError):
    code = "foreign_form"
    status = 403
    template = (
        "Your browser says that the photo was sent from another site ({reason}). Open this site "
        "at its own address and send the photo again."
    )


class NotLoggedIn(UserError):
    code = "not_logged_in"
    status = 401
    template = "You need to log in. Programs send a valid token: Authorization: Bearer TOKEN."


class NotFound(UserError, Http404):
    """What pages answer in Django's own way."""

    code = "not_found"
    status = 404
    template = "There is nothing here, or you don’t have permission to see it. Check the address."


class BadField(UserError):
    code = "bad_field"
    template = "Please check “{name}”: {reason}"


class UnsupportedType(UserError):
    code = "unsupported_type"
    status = 415
    template = "This Content-Type is not supported here. Send {wanted}."


class NotAllowed(UserError):
    code = "not_allowed"
    status = 403
    template = "You can’t do this: {reason}"


class MethodNotAllowed(UserError):
    code = "method_not_allowed"
    status = 405
    template = "This method is not allowed here. The header Allow lists the methods that are."


class NotAcceptable(UserError):
    code = "not_acceptable"
    status = 406
    template = "None of the types in Accept is available. Ask for application/json."


class TooLargeForJson(NotAcceptable):
    template = (
        "The result has {size} MB, too many for JSON. Ask for the file itself with Accept: {mime}."
    )


class RateLimited(UserError):
    code = "rate_limited"
    status = 429
    template = "Too many {what} in a short time. Wait {seconds} seconds and try again."


class InternalError(UserError):
    code = "internal_error"
    status = 500
    template = (
        "Something went wrong on the server. Try again; if it keeps happening, report the request"
        " ID."
    )


class StorageUnavailable(UserError):
    """`unsaved`: the result that could not be saved, so that it is not lost."""

    code = "storage_unavailable"
    status = 503
    template = (
        "The server cannot save anything at the moment, so this was not saved. Download what you "
        "want to keep and try again in a few minutes."
    )
    unsaved: Result | None = None


class StorageFull(StorageUnavailable):
    code = "storage_full"
    status = 507
    template = (
        "The server’s storage is full, so this was not saved. Download what you want to keep and "
        "tell the people who run this site."
    )


class DatabaseUnavailable(StorageUnavailable):
    code = "database_unavailable"
    status = 503
    template = "The database is not responding. Wait half a minute and try again."

    def __init__(self) -> None:
        super().__init__(retry_after=30)
