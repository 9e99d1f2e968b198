"""What jobs say of a person, for the export of everything."""

from typing import Any

from accounts.models import User
from gallery.services.personal_data import OTHERS
from jobs.models import Job


def about(user: User) -> dict[str, Any]:
    """Their jobs, with what was to be done and how it ended."""
    rows = Job.objects.owned_by(user).order_by("created_at")
    return {"jobs": [facts(job) for job in rows]}


def facts(job: Job) -> dict[str, Any]:
    items = job.items.order_by("position").values("name", "state", "error", "finished_at")
    return {
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "options": job.options,
        "callback_url": job.callback_url,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "items": list(items),
    }


OTHERS.append(about)
