"""Albums of pictures."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from gallery.models.people import AnyUser

ALBUM_NAME_LENGTH = 100


class AlbumQuerySet(models.QuerySet["Album"]):
    def owned_by(self, user: AnyUser) -> Self:
        return self.filter(owner_id=user.pk)

    def held(self) -> Self:
        """Locked, so that nobody deletes them before the end of the transaction. Lock albums before
        pictures."""
        return self.select_for_update(no_key=True)

    def with_counts(self) -> Self:
        present = Q(pictures__deleted_at=None)
        return self.annotate(size=Count("pictures", filter=present)).order_by("name")


class Album(models.Model):
    """A person's album. A picture is in one album or in none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums"
    )
    name = models.CharField(max_length=ALBUM_NAME_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AlbumQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="album_name_once_a_person")
        ]

    def __str__(self) -> str:
        return self.name
