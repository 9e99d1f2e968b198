"""Stored responses of the API, to be repeated for the same Idempotency-Key."""

from datetime import timedelta

from django.conf import settings
from django.db import models

# How long the same key gets the same response.
KEPT_FOR = timedelta(hours=24)
KEY_LENGTH = 200
# The status of a request that is still running.
STILL_RUNNING = 0


class Answer(models.Model):
    """`request`: a hash of method, path and body, so that a key works for one request only.
    `status`: STILL_RUNNING, or the response's. `body`: the response's `body` (JSON as a string) and
    `headers`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_a_key")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"
