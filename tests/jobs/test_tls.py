"""A broker by TLS: its certificate is checked, also against one's own authority."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs.brokers import PASSWORD, RedisOfAnotherName, SecureRedis, running
from tests.processes import ROOT

pytestmark = pytest.mark.slow

SEND = """
import django
django.setup()
from jobs.celery_app import length, sender
sender.send("batch", 3)
print(length("batch") if not sender.pause_until else "not sent")
"""


def sent(broker: SecureRedis, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a process of the site says that sends three messages."""
    return subprocess.run(
        [sys.executable, "-c", SEND],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "colorizer_site.settings",
            "DATA_DIR": str(folder / "var"),
            "CELERY_BROKER_URL": f"{broker.url}/0",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_messages_come_through_to_a_broker_that_is_trusted(tmp_path: Path) -> None:
    with running(SecureRedis, tmp_path / "redis") as broker:
        assert isinstance(broker, SecureRedis)
        broker.wait_until_up()
        found = sent(broker, tmp_path, SSL_CERT_FILE=str(broker.certificate))
        assert found.stdout == "3\n", found.stderr


@pytest.mark.parametrize(
    ("kind", "is_trusted", "why"),
    [(SecureRedis, False, "self-signed"), (RedisOfAnotherName, True, "not valid for 'localhost'")],
)
def test_no_message_goes_to_a_broker_with_another_certificate(
    kind: type[SecureRedis], is_trusted: bool, why: str, tmp_path: Path
) -> None:
    with running(kind, tmp_path / "redis") as broker:
        assert isinstance(broker, SecureRedis)
        broker.wait_until_up()
        trusted = {"SSL_CERT_FILE": str(broker.certificate)} if is_trusted else {}
        found = sent(broker, tmp_path, **trusted)
        assert found.stdout == "not sent\n" and why in found.stderr
        assert PASSWORD not in found.stderr
