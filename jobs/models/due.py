"""When the upkeep of the site is due again."""

from django.db import models


class Due(models.Model):
    """`name`: of a task in `jobs.due`."""

    name = models.CharField(max_length=20, primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "due"

    def __str__(self) -> str:
        return self.name
