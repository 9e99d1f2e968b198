"""Hands an email to the mail server, the console or a folder, as EMAIL_DELIVERY says.

A mail server takes an email with the dot that ends it, and says so. If the answer does not come, or
the worker is killed before it has noted the answer, nobody can know whether the email was taken
(RFC 1047). Such an email is not sent again: rather one that is lost, which can be asked for again,
than one that comes twice. So that this is rare, that an email is handed over is noted just before
the dot, and all that goes wrong earlier is repeated.
"""

import select
import smtplib
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp

# The end of an email, after which the server says whether it takes it, and how long it may think.
DOT = b".\r\n"
ANSWER_SECONDS = 60


class Stored(EmailMessage):
    """A message as Django's backends ask for it, with these bytes for its one recipient."""

    def __init__(self, sender: str, to: str, message: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self.whole = b64decode(message)

    def message(self, *, policy: Any = None) -> Any:
        return self

    def as_bytes(self, linesep: str = "\n") -> bytes:
        return self.whole.replace(b"\n", linesep.encode())

    def get_charset(self) -> None: ...


class HungUp(smtplib.SMTPServerDisconnected):
    """Before the end of an email, which the server can then not have taken."""


class LateDot(smtplib.SMTP):
    """Calls `hand_over` between an email and the dot that ends it; what that raises stops it."""

    hand_over: Callable[[], None]

    def send(self, s: Any) -> None:
        if isinstance(s, bytes) and s.endswith(b"\r\n" + DOT):
            super().send(s.removesuffix(DOT))
            try:
                self.hand_over()
                self.expect_silence()
            except BaseException:
                self.close()
                raise
            s = DOT
        super().send(s)

    def expect_silence(self) -> None:
        """Raises HungUp if there is something to read: the server has nothing to say yet."""
        assert self.sock  # noqa: S101
        if select.select([self.sock], [], [], 0)[0]:
            raise HungUp("in the middle of an email")
        self.sock.settimeout(ANSWER_SECONDS)


class EncryptedLateDot(LateDot, smtplib.SMTP_SSL): ...


class SmtpBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return EncryptedLateDot if self.use_ssl else LateDot


def deliver(letter: Stored, hand_over: Callable[[], None]) -> None:
    """`hand_over` is called once before the email can arrive; what it raises stops that. Raises
    OSError, smtplib's errors among them."""
    connection = get_connection(settings.EMAIL_DELIVERY)
    try:
        connection.open()
        if isinstance(connection, SmtpBackend):
            cast(LateDot, connection.connection).hand_over = hand_over
        else:
            hand_over()
        connection.send_messages([letter])
    finally:
        # By then it is decided.
        with suppress(OSError):
            connection.close()
