"""Finds the user for a login."""

from allauth.account.internal.userkit import filter_users_by_email

from accounts.models import User
from accounts.names import key_of


def person_named(login: str) -> User | None:
    """The person with this email address or username. A username is never an email address."""
    login = login.strip()
    people = filter_users_by_email(login, prefer_verified=True, for_login=True)
    if not people:
        people = list(User.objects.filter(username_key=key_of(login)))
    return min(people, key=lambda user: user.pk, default=None)
