"""An S3 store that answers over the network, as a server of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "photos"


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """The settings that name a new, empty bucket. What it keeps is in this process's memory."""
    # It tells each request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"MEDIA_ACCESS_KEY": "key", "MEDIA_SECRET_KEY": "secret"}
    settings = {"MEDIA_BUCKET": BUCKET, "MEDIA_ENDPOINT": f"http://{host}:{port}", **keys}
    try:
        client(settings).create_bucket(Bucket=BUCKET)
        yield settings
    finally:
        server.stop()


def client(settings: dict[str, str]) -> boto3.client:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=settings["MEDIA_ENDPOINT"],
        aws_access_key_id=settings["MEDIA_ACCESS_KEY"],
        aws_secret_access_key=settings["MEDIA_SECRET_KEY"],
    )
