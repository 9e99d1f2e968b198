"""API tokens: made, and taken back. What is stored of one is its hash."""

from datetime import timedelta
from typing import Any

from accounts.models import Token, User

# How long a token works where nothing else is asked for.
USUAL_DAYS = 90


def make(user: User, name: str, scope: str, days: int | None) -> tuple[Token, str]:
    """The token, and its secret, which nobody sees again. `days`: until it ends; None for never."""
    expiry = timedelta(days=days) if days else None
    token, secret = Token.objects.create(user, expiry, name=name, scope=scope)
    return token, secret


def revoke(token: Token) -> None:
    token.delete()


def revoke_all(user: User) -> None:
    Token.objects.filter(user=user).delete()


class EndWithPassword:
    """A validator of passwords that refuses none: Django tells it of every new one, whichever way
    it came about (a change, a mail, an administrator, the console). Tokens outlive the password
    only where the person says so, by `keeps_tokens` on the user."""

    def validate(self, password: str, user: Any = None) -> None:
        pass

    def get_help_text(self) -> str:
        return "A new password ends the tokens of programs."

    def password_changed(self, password: str, user: Any = None) -> None:
        if user and not getattr(user, "keeps_tokens", False):
            revoke_all(user)
