"""What the site knows of a person beside their account, and their API tokens."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.dispatch import receiver
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts import public_names
from colorize.web.storage import IfItCan

NAME = RegexValidator(
    r"^[\w-]{3,40}\Z", "Use 3 to 40 letters, digits, hyphens or underscores, and no spaces."
)


class ProfileManager(models.Manager["Profile"]):
    def of(self, user: User) -> "Profile":
        """Made when it is first asked for; where it cannot be stored it is the usual one."""
        with IfItCan():
            return self.get_or_create(user=user)[0]
        return Profile(user=user)


class Profile(models.Model):
    """`public_name`: under which the person's public pictures are shown together; without one they
    are shown without a name. `name_key`: see public_names.key_of. `saves`: whether colorizing
    saves. `trusted`: see REVIEW_FOR."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    public_name = models.CharField(
        max_length=40, unique=True, null=True, blank=True, validators=[NAME]
    )
    name_key = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    saves = models.BooleanField(default=True)
    trusted = models.BooleanField(default=False)

    objects = ProfileManager()

    class Meta:
        permissions = [("suspend_person", "Can suspend people and let them in again")]

    def __str__(self) -> str:
        return str(self.user)


class LoginName(models.Model):
    """What a user name has in common with all that look like it; see public_names.key_of. A
    name from before, of which somebody else's was there first, has none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    key = models.CharField(max_length=500, unique=True)

    def __str__(self) -> str:
        return self.key


@receiver(models.signals.pre_save, sender=User)
def refuse_names_that_look_alike(instance: Any, raw: bool, **options: Any) -> None:
    """However somebody gets a user name: by registering, by an administrator, on the console.
    Raises ValidationError."""
    instance.is_renamed = not raw and is_renamed(instance, options["update_fields"])
    if instance.is_renamed:
        check_user_name(instance.get_username(), instance)


@receiver(models.signals.post_save, sender=User)
def note_name(instance: Any, **options: Any) -> None:
    """Raises IntegrityError where somebody else took such a name at the same moment."""
    if instance.is_renamed:
        key = public_names.key_of(instance.get_username())
        LoginName.objects.update_or_create({"key": key}, user=instance)


def is_renamed(user: User, written: Any) -> bool:
    if written is not None and "username" not in written:
        return False
    return not User.objects.filter(pk=user.pk, username=user.get_username()).exists()


def check_user_name(name: str, user: User | None = None) -> None:
    """Raises ValidationError where somebody else than `user` has one that looks like it."""
    others = LoginName.objects.exclude(user=user and user.pk)
    if others.filter(key=public_names.key_of(name)).exists():
        raise ValidationError(public_names.TAKEN)


class Person(User):  # type: ignore[django-manager-missing]
    """Everybody, as the moderators see them; the rights to it are those of Profile."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name_plural = "people"


class Scope(models.TextChoices):
    READ = "read", "Read only"
    WRITE = "write", "Read and write"


class Token(AbstractAuthToken):  # type: ignore[misc]
    """A program's key to a person's pictures; stored hashed, shown once."""

    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    last_used = models.DateTimeField(null=True, blank=True)

    objects = AuthTokenManager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()
