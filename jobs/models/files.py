"""Files of items: pieces of uploads, and results that are in nobody's gallery."""

from django.db import models

from jobs.models.items import Item

ROLE_LENGTH = 20


class JobFile(models.Model):
    """`role`: what it is to its item, such as `upload` or `result`; `offset`: of a piece of an
    upload, in bytes, 0 for whole files."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=ROLE_LENGTH)
    offset = models.PositiveBigIntegerField(default=0)
    file = models.FileField(max_length=200)
    bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["item", "role", "offset"], name="one_file_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.item_id}"
