"""A program with a token."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import tokens
from accounts.models import User
from tests.cast import grey

ERROR_KEYS = {"error", "message", "help", "request_id"}


class Api:
    """Sends and reads JSON; `upload` sends a photo."""

    def __init__(self, user: User, scope: str = "write", days: int | None = 30) -> None:
        self.token, self.secret = tokens.make(user, "test", scope, days)
        # What fails is answered as it would be in production.
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {self.secret}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Headers by their names with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            path if path.startswith(("/", "http")) else f"/api/v1/{path}",
            "" if body is None else json.dumps(body),
            "application/json",
            headers=self.headers | given,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def upload(
        self, shade: int = 128, path: str = "pictures", headers: Any = None, **fields: Any
    ) -> Any:
        image = SimpleUploadedFile("Grandma.png", grey(shade))
        return self.client.post(
            f"/api/v1/{path}", {"image": image} | fields, headers=self.headers | (headers or {})
        )
