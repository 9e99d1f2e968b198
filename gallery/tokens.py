"""API tokens: made, and taken back. What is stored of one is its hash."""

from datetime import timedelta

from django.contrib.auth.models import User

from gallery.models import Token


def make(user: User, name: str, scope: str, days: int | None) -> tuple[Token, str]:
    """The token, and its secret, which nobody sees again. `days`: until it ends; None for never."""
    expiry = timedelta(days=days) if days else None
    token, secret = Token.objects.create(user, expiry, name=name, scope=scope)
    return token, secret


def revoke(token: Token) -> None:
    token.delete()
