"""Real SMTP servers that take emails, refuse them, or break."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP, Envelope, Session


class Letterbox(Message):
    """Keeps what it receives. `answers`: what it says to recipients, one after the other, before
    it accepts them."""

    def __init__(self, *answers: str) -> None:
        super().__init__(EmailMessage)
        self.letters: list[Any] = []
        self.answers = list(answers)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


@contextmanager
def served(handler: Any, port: int, kind: type[SMTP] = SMTP) -> Iterator[None]:
    class Server(Controller):
        def factory(self) -> SMTP:
            return kind(self.handler, **self.SMTP_kwargs)

    server = Server(handler, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()
