"""Files of jobs go with their rows, whatever deletes those: a job, a person, a finished upload."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from gallery.services.files import delete_after_commit
from jobs.models import JobFile


@receiver(post_delete, sender=JobFile)
def delete_file(instance: JobFile, **_: Any) -> None:
    delete_after_commit([instance.file.name or ""])
