"""What the test knows of a person, for the export of everything. It goes with their account."""

from typing import Any

from accounts.models import User
from gallery.services.personal_data import OTHERS
from real_or_fake.models import Round


def about(user: User) -> dict[str, Any]:
    """The rounds that they played while they were logged in, and their answers."""
    rows = Round.objects.filter(owner=user).order_by("created_at").prefetch_related("trials")
    return {"real_or_fake": [facts(played) for played in rows]}


def facts(played: Round) -> dict[str, Any]:
    return {
        "created_at": played.created_at,
        "finished_at": played.finished_at,
        "network": played.network,
        "vividness": played.vividness,
        "answers": [
            {"kind": trial.kind, "photo": trial.photo, "right": trial.is_right}
            for trial in played.trials.all()
            if trial.is_answered
        ],
    }


OTHERS.append(about)
