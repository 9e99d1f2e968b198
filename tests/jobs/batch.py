"""A batch as a page's script sends it, and a worker in the test's own process."""

import json
from typing import Any

from django.test import Client

from jobs import worker
from jobs.models import Item
from jobs.services.limits import PIECE_BYTES

JSON = {"Accept": "application/json"}


def work_off() -> None:
    while worker.do_next():
        pass


class Browser:
    """`job`: as the site told it last."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.job: dict[str, Any] = {}

    def begin(self, **form: Any) -> "Browser":
        response = self.client.post("/batch", form, headers=JSON)
        assert response.status_code == 201, response.content
        self.job = response.json()
        assert response["Location"] == self.job["url"] and self.job["state"] == "open"
        return self

    def promise(self, *files: tuple[str, int]) -> Any:
        body = json.dumps([{"name": name, "size": size} for name, size in files])
        place = f"{self.job['url']}/items"
        return self.client.post(place, body, "application/json", headers=JSON)

    def place(self, item: int) -> str:
        return f"{self.job['url']}/items/{item}"

    def send(self, item: int, data: bytes, offset: int = 0) -> Any:
        headers = JSON | {"Upload-Offset": str(offset)}
        kind = "application/octet-stream"
        return self.client.patch(self.place(item), data, kind, headers=headers)

    def send_all(self, files: dict[str, bytes]) -> "Browser":
        told = self.promise(*((name, len(data)) for name, data in files.items())).json()
        for entry, data in zip(told, files.values(), strict=True):
            for place in range(0, len(data), PIECE_BYTES):
                piece = data[place : place + PIECE_BYTES]
                assert self.send(entry["id"], piece, place).status_code == 204
        return self

    def do(self, action: str, **form: Any) -> Any:
        return self.client.post(f"{self.job['url']}/{action}", form, headers=JSON)

    def read(self) -> dict[str, Any]:
        self.job = self.client.get(self.job["url"], headers=JSON).json()
        return self.job

    def finish(self) -> dict[str, Any]:
        """Close the batch, and have all of it done."""
        self.do("close")
        work_off()
        return self.read()


def item_named(name: str) -> Item:
    return Item.objects.get(name=name)
