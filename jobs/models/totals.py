"""What workers have done since the beginning, for monitoring; items are deleted after a while."""

from django.db import models


class Total(models.Model):
    """`what`: an outcome (`done`, `failed`, `again`) or a step of the work; `seconds`: spent on
    it."""

    kind = models.CharField(max_length=20)
    what = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "what"], name="one_total_of_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"
