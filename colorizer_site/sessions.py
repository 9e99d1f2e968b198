"""Sessions in the database. If it cannot be written, pages still work but remember nothing; logging
in needs a session and fails with a clear error."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from colorize.web.storage import OptionalWrite, storage_error


class SessionStore(db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        """Takes what cannot be one of Django's keys for none: a cookie can hold a null character,
        which PostgreSQL refuses in queries."""
        is_key = session_key is not None and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_key else None)

    def save(self, must_create: bool = False) -> None:
        """Django takes any database error for a session that was deleted in the meantime."""
        try:
            super().save(must_create)
        except UpdateError as problem:
            if storage_error(problem.__context__) is None:
                raise


class Sessions(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        with OptionalWrite():
            return super().process_response(request, response)
        return response
