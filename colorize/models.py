"""The counters of the rate limits."""

from django.db import models


class Tally(models.Model):
    """What one visitor has sent of late; see ratelimit. `stamps`: seconds since 1970, the newest
    first. `expires_at`: when the last of them no longer counts."""

    key = models.CharField(max_length=64, primary_key=True)
    stamps = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{len(self.stamps)} of {self.key}"
