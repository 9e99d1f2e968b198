"""A batch whose end is told by email, with a mail server that is down until all of it is done."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from tests.benchmark.jobs.batch import send, wait_for, write_photos
from tests.benchmark.jobs.goals import Goals
from tests.jobs.letterbox import Letterbox, served
from tests.processes import Workers, free_port

PHOTOS = 10
# Beyond the first pauses after which an email is tried again.
MOST_SECONDS, QUIET_SECONDS = 120, 5


def main() -> None:
    django.setup()
    call_command("prepare")
    letterbox, port = Letterbox(), free_port()
    with tempfile.TemporaryDirectory() as name:
        job = start(Path(name))
        # Two workers, so that each could send it.
        with Workers(Path(name) / "workers", 2, **mail_server(port)) as workers:
            tries = wait_until_refused(job)
            with served(letterbox, port):
                is_sent = wait_until_sent()
                time.sleep(QUIET_SECONDS)
            workers.stop()
    goals = Goals()
    goals.tell(
        f"mail server down for {PHOTOS} photos and {tries} tries, then up",
        f"{len(letterbox.letters)} emails",
        "1 email",
        is_sent and len(letterbox.letters) == 1,
    )
    goals.exit()


def start(folder: Path) -> Any:
    from accounts.models import User

    owner = User.objects.create_user("anna", "anna@example.org")
    return send(owner, write_photos(folder / "photos", PHOTOS), notify=True)


def mail_server(port: int) -> dict[str, str]:
    return {
        "DATA_DIR": os.environ["DATA_DIR"],
        "LOG_LEVEL": "CRITICAL",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_SECURITY": "none",
    }


def wait_until_refused(job: Any) -> int:
    """Until the batch is done and its email has been tried in vain. Returns how often."""
    from jobs.models import Item, ItemState

    resting = Item.objects.filter(kind="mail", state=ItemState.RESTING)
    wait_for(lambda: not job.items.unfinished().exists() and resting.exists())
    return resting.get().attempts


def wait_until_sent() -> bool:
    from jobs.models import Item, ItemState

    emails = Item.objects.filter(kind="mail")
    wait_for(lambda: not emails.unfinished().exists(), MOST_SECONDS)
    return emails.get().state == ItemState.DONE


if __name__ == "__main__":
    main()
