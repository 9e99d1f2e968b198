"""An S3 store that answers over the network, as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import create_connection

import boto3

from jobs.supervisor import end_with_parent
from tests.processes import free_port

BUCKET = "photos"


@contextmanager
def bucket() -> Iterator[tuple[dict[str, str], int]]:
    """The settings that name a new, empty bucket, and the ID of the process that keeps it in its
    memory."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, preexec_fn=end_with_parent)
    keys = {"MEDIA_ACCESS_KEY": "key", "MEDIA_SECRET_KEY": "secret"}
    endpoint = f"http://127.0.0.1:{port}"
    settings = {"MEDIA_BUCKET": BUCKET, "MEDIA_ENDPOINT": endpoint, **keys}
    try:
        wait_until_up(process, port)
        client(settings).create_bucket(Bucket=BUCKET)
        yield settings, process.pid
    finally:
        process.terminate()
        process.wait()


def wait_until_up(process: subprocess.Popen[bytes], port: int) -> None:
    while True:
        assert process.poll() is None
        with suppress(OSError), create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


def client(settings: dict[str, str]) -> boto3.client:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=settings["MEDIA_ENDPOINT"],
        aws_access_key_id=settings["MEDIA_ACCESS_KEY"],
        aws_secret_access_key=settings["MEDIA_SECRET_KEY"],
    )
