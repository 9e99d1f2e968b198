"""Answers of the API that are given again to the same Idempotency-Key."""

from django.conf import settings
from django.db import models

# The status of a request that has no answer yet.
IN_HAND = 0


class Answer(models.Model):
    """`request`: a hash of method, path and body, so that a key is not taken for another's.
    `status`: IN_HAND, or the answer's. `body`: what was answered, as `body`, which is JSON in a
    string, and `headers`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_a_key")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"
