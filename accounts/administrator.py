"""The first administrator, from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.internal.userkit import filter_users_by_email
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from accounts.stages import vouch_for

INCOMPLETE = (
    "ADMIN_USER, ADMIN_EMAIL and ADMIN_PASSWORD (or ADMIN_PASSWORD_FILE) belong together: set all "
    "three, or none."
)
EMAIL_TAKEN = "ADMIN_EMAIL is the address of another account. Use a different one."


@transaction.atomic
def create(name: str, email: str, password: str) -> User | None:
    """The new administrator, whose address counts as confirmed; None if no name is given, or there
    is a user of that name or one that looks like it, who is left alone.

    Servers that start together with one SQLite file take turns by the transaction; with PostgreSQL,
    `prepare` sees to it. Raises ValidationError, with sentences that name the
    settings.
    """
    if not name and (email or password):
        raise ValidationError(INCOMPLETE)
    if not name or named(name):
        return None
    user = checked(name, email, password)
    user.save()
    vouch_for(user)
    return user


def checked(name: str, email: str, password: str) -> User:
    """Not saved yet. Raises ValidationError."""
    if not email or not password:
        raise ValidationError(INCOMPLETE)
    user = User(username=name, email=email, is_staff=True, is_superuser=True)
    with said_of("ADMIN_USER"):
        user.username = User._meta.get_field("username").clean(name, user)
    with said_of("ADMIN_EMAIL"):
        validate_email(email)
    if filter_users_by_email(email):
        raise ValidationError(EMAIL_TAKEN)
    with said_of("ADMIN_PASSWORD"):
        validate_password(password, user)
    user.set_password(password)
    return user


@contextmanager
def said_of(setting: str) -> Iterator[None]:
    """Sentences of errors inside begin with the setting."""
    try:
        yield
    except ValidationError as problem:
        raise ValidationError([f"{setting}: {said}" for said in problem.messages]) from problem


def named(name: str) -> User | None:
    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        return None


def is_there(name: str) -> bool:
    """Whether this user is an administrator."""
    user = named(name)
    return user is not None and user.is_superuser
