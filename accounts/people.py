"""Whom somebody means who logs in."""

from allauth.account.internal.userkit import filter_users_by_email, filter_users_by_username
from django.contrib.auth.models import User

from accounts.public_names import normalised


def person_named(login: str) -> User | None:
    """The one person with this e-mail address or user name. An address is its owner's, whoever has
    taken it for a name before that was refused."""
    login = login.strip()
    people = filter_users_by_email(login, prefer_verified=True, for_login=True)
    if not people:
        people = list(filter_users_by_username(normalised(login)))
    return min(people, key=lambda user: (user.get_username() != login, user.pk), default=None)
