"""Share links to pictures that are not public."""

import secrets
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gallery.models.pictures import Picture, Visibility


def new_token() -> str:
    """192 random bits, impossible to guess."""
    return secrets.token_urlsafe(24)


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def live(self) -> Self:
        """Links that work: not expired, of pictures that are still shared by link, by people who
        are not suspended."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        shared = Q(picture__visibility=Visibility.UNLISTED, picture__deleted_at=None)
        return self.filter(lasting, shared, picture__owner__is_active=True)


class ShareLink(models.Model):
    """The one link to an unlisted picture. Revoking deletes it."""

    picture = models.OneToOneField(Picture, on_delete=models.CASCADE, related_name="link")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ShareLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Link to {self.picture}"

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
