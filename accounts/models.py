"""The user model, people as moderators see them, and API tokens."""

from typing import Any

from django.contrib.auth import models as auth
from django.db import models
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.names import NameField, address_of, check_public_name, check_user_name, key_of

NAMES = ("username", "public_name")
USERNAME_LENGTH = 150
TOKEN_NAME_LENGTH = 100


class UserManager(auth.UserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Finds a name in any spelling that looks the same; no two users have look-alikes."""
        return self.get(username_key=key_of(username or ""))


class User(auth.AbstractUser):  # type: ignore[django-manager-missing]
    """`public_name`: shown with the person's public pictures; empty to stay anonymous. `..._key`:
    see names.NameField. `saves`: whether coloured photos are saved. `trusted`: see REVIEW_FOR."""

    username = NameField(
        max_length=USERNAME_LENGTH,
        unique=True,
        validators=[check_user_name],
        help_text="Letters, digits and . + - _",
    )
    username_key = models.CharField(max_length=450, unique=True, editable=False)
    public_name = NameField(max_length=40, null=True, blank=True, validators=[check_public_name])
    # None if there is no name, because the field is unique.
    public_name_key = models.CharField(  # noqa: DJ001
        max_length=120, unique=True, null=True, editable=False
    )
    saves = models.BooleanField(default=True)
    trusted = models.BooleanField(default=False)

    objects = UserManager()  # type: ignore[misc]

    @property
    def public_address(self) -> str:
        """The last part of the URL of the person's public page."""
        return address_of(self.public_name or "")

    def save(self, **options: Any) -> None:
        """Also saves the names' keys. Raises IntegrityError if someone else has a look-alike."""
        for name in NAMES:
            value = getattr(self, name)
            setattr(self, f"{name}_key", key_of(value) if value else None)
        if (written := options.get("update_fields")) is not None:
            keys = {f"{name}_key" for name in NAMES if name in written}
            options["update_fields"] = {*written, *keys}
        super().save(**options)


class Person(User):  # type: ignore[django-manager-missing]
    """A user as moderators see them: without email address and password."""

    class Meta:
        proxy = True
        verbose_name_plural = "people"
        default_permissions = ("view",)
        permissions = [
            ("suspend_person", "Can suspend people and reinstate them"),
            ("trust_person", "Can let people’s pictures skip the review"),
        ]


class Scope(models.TextChoices):
    READ = "read", "Read only"
    WRITE = "write", "Read and write"


class Token(AbstractAuthToken):  # type: ignore[misc]
    """An API token. Only its hash is stored, so it can be shown only once."""

    name = models.CharField(max_length=TOKEN_NAME_LENGTH)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = AuthTokenManager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()
