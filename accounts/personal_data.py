"""The personal data in an account."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db.models import F

from accounts.models import Token, User


def about(user: User) -> dict[str, Any]:
    return {
        "username": user.get_username(),
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "joined_at": user.date_joined,
        "last_login_at": user.last_login,
        "public_name": user.public_name,
        "saves": user.saves,
        "tokens": tokens_of(user),
        "logins": logins_of(user),
    }


def tokens_of(user: User) -> list[dict[str, Any]]:
    """The tokens, without their secrets, which are not stored."""
    dates = {"created_at": F("created"), "expires_at": F("expiry")}
    return list(Token.objects.filter(user=user).values("name", "scope", "last_used_at", **dates))


def logins_of(user: User) -> list[dict[str, Any]]:
    """What the OpenID Connect provider has said about the person."""
    dates = {"first_at": F("date_joined"), "last_at": F("last_login")}
    return list(SocialAccount.objects.filter(user=user).values("uid", "extra_data", **dates))
