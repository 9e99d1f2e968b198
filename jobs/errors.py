"""Errors of long work, in the same contract as all others."""

from colorize.engine.errors import UserError
from colorize.web.errors import NotFound


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


class AccountSuspended(UserError):
    code = "account_suspended"
    status = 403
    template = (
        "Your account was suspended, so this stopped. What was done by then is kept. Once your "
        "account is reinstated, try the rest again."
    )


class TooLateForThat(UserError):
    code = "too_late"
    status = 409
    template = "{reason} Nothing was changed."


class BatchFull(UserError):
    code = "batch_full"
    status = 413
    template = (
        "This batch is too large: {reason}. Choose fewer photos, and send the others as another "
        "batch."
    )


class TooManyBatches(UserError):
    code = "too_many_batches"
    status = 429
    template = (
        "{reason} Wait until one {until}, or delete one that you no longer need, and try again."
    )


class NoRoomForVisitors(UserError):
    code = "no_room_for_visitors"
    status = 503
    template = (
        "There is no room for more batches of visitors at the moment. Try again in a few hours, "
        "or log in: with an account your photos go into your gallery."
    )


class FilmsForMembers(UserError):
    code = "films_for_members"
    status = 403
    template = "Films are coloured for people with an account here. Log in, and choose it again."


class FilmFileTooLarge(UserError):
    code = "film_file_too_large"
    status = 413
    template = (
        "The file of the film is larger than {limit}. Save a shorter part of it, or a smaller "
        "copy, and choose that."
    )


class FilmGone(NotFound):
    template = (
        "The film is no longer in your gallery, so it can’t be coloured again. If it is in your "
        "bin, restore it and try again."
    )


class SeveralFilms(UserError):
    code = "several_films"
    template = "You sent {count} films at once. Send one at a time."


class WrongOffset(UserError):
    """`received`: how many bytes are there, and where the next piece begins."""

    code = "wrong_offset"
    status = 409
    template = (
        "This piece does not follow what is here: {received} bytes have arrived. Go on from there."
    )

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(received=received)


class PieceTooLarge(UserError):
    code = "piece_too_large"
    status = 413
    template = "A piece of an upload has at most {limit} bytes. Send the file in smaller pieces."


class TooManyPieces(UserError):
    code = "too_many_pieces"
    status = 400
    template = (
        "The file came in {count} very small pieces and is still not complete. Send it again in "
        "larger ones, as another batch."
    )


class MoreThanPromised(UserError):
    code = "more_than_promised"
    status = 413
    template = (
        "The file is longer than the {size} bytes that were announced. Choose it again, and do "
        "not change it while it is sent."
    )


class NeverArrived(UserError):
    code = "never_arrived"
    status = 400
    template = (
        "The upload of this file was never finished. Send it again, with the others that failed, "
        "as another batch."
    )


class TooManyEmails(UserError):
    code = "too_many_emails"
    status = 429
    template = (
        "Too many emails were asked for today: {reason}. Leave the email address out, and keep the "
        "address of the next page instead: it shows when all is done."
    )


class MailServerDown(UserError):
    code = "mail_server_down"
    status = 503
    template = "The mail server did not take the email. The site tries again for a day."


class MailRefused(UserError):
    code = "mail_refused"
    status = 422
    template = (
        "The mail server refused the email for good (answer {answer}). Check the address, and ask "
        "for the email again."
    )


class MailUnclear(UserError):
    code = "mail_unclear"
    status = 409
    template = (
        "The mail server did not confirm the email, so it may have arrived or not. It is not sent "
        "again, so that nobody gets it twice: ask for a new one if it is missing."
    )


class WebhooksOff(UserError):
    code = "webhooks_off"
    status = 403
    template = (
        "This site sends no webhooks. Leave out callback_url, and ask for the job until it is done."
    )


class NoWebhookSecret(UserError):
    code = "no_webhook_secret"
    status = 409
    template = (
        "Webhooks are signed, and you have no secret for that yet. POST to /api/v1/webhook-secret "
        "first, and keep what it returns."
    )


class CallbackRefused(UserError):
    code = "callback_refused"
    status = 400
    template = "Nothing can be sent to this callback_url: {reason}. Correct it, or leave it out."


class TooManyWebhooks(UserError):
    code = "too_many_webhooks"
    status = 429
    template = (
        "{count} of your webhooks could not be delivered yet. Look at what receives them, or leave "
        "out callback_url."
    )


class WebhookUndelivered(UserError):
    code = "webhook_undelivered"
    status = 503
    template = "The receiver did not take the webhook: {reason}. The site tries again for a day."


class WebhookUnwanted(UserError):
    code = "webhook_unwanted"
    status = 422
    template = (
        "The receiver says that it is gone for good (410), so the webhook is not sent again. Name "
        "another callback_url for the next job."
    )


class BadZip(UserError):
    code = "bad_zip"
    status = 422
    template = (
        "The ZIP file could not be opened: {reason}. Make a new one, or send the photos themselves."
    )


class NothingInZip(UserError):
    code = "nothing_in_zip"
    status = 422
    template = (
        "No photo in the ZIP file can be coloured. The list below it says why. If that is wrong, "
        "send the photos themselves."
    )
