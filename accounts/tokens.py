"""Create and revoke API tokens. Only their hashes are stored."""

from datetime import timedelta
from typing import Any

from accounts.models import Token, User

# How long a token works by default.
USUAL_DAYS = 90


def make(user: User, name: str, scope: str, days: int | None) -> tuple[Token, str]:
    """A new token and its secret, which is not stored. `days`: until it expires, or None."""
    expiry = timedelta(days=days) if days else None
    token, secret = Token.objects.create(user, expiry, name=name, scope=scope)
    return token, secret


def revoke(token: Token) -> None:
    token.delete()


def revoke_all(user: User) -> None:
    Token.objects.filter(user=user).delete()


class EndWithPassword:
    """A password validator that refuses nothing: Django calls it for every new password, whether
    from a form, an email link, the admin or the console. It revokes the person's tokens, unless
    they chose to keep them (`keeps_tokens` on the user)."""

    def validate(self, password: str, user: Any = None) -> None:
        pass

    def get_help_text(self) -> str:
        return "A new password revokes your API tokens."

    def password_changed(self, password: str, user: Any = None) -> None:
        if user and not getattr(user, "keeps_tokens", False):
            revoke_all(user)
