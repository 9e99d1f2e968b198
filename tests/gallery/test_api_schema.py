"""The schema says what the API does: schemathesis tries it and finds nothing."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import pytest
import requests
from django.core.management import call_command
from django.test import Client

from accounts import tokens
from accounts.models import Token, User
from colorize.service import make_options
from gallery.api.picture_serializers import UUID_PATTERN
from gallery.models import Picture
from gallery.services import albums
from jobs.models import Item
from jobs.services import batches
from jobs.services.batches import Promised
from jobs.services.jobs import lane_of
from tests.cast import grey, picture

if TYPE_CHECKING:
    # Imported by the tests that use it: that takes seconds, which all others would wait for.
    from schemathesis import Config
    from schemathesis.schemas import BaseSchema

# In one group: the library is imported once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("schema")]
# Random bytes are not a photo, and a random id is nobody's picture: what fits the schema may well
# be refused. All other checks hold.
TRIES = {"max-examples": 3, "deterministic": True, "database": "none"}
# That methods are refused is seen below, of every address.
PHASES = {"stateful": {"enabled": False}, "coverage": {"unexpected-methods": []}}


def config_for(
    site: str, kept: Picture, album: str, token: Token, secret: str, item: Item
) -> Config:
    from schemathesis import Config

    return Config.from_dict(
        {
            "base-url": site,
            "seed": 1,
            "generation": TRIES,
            "phases": PHASES,
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "auth": {"openapi": {"token": {"bearer": secret}}},
            "operations": [
                {"include-path-regex": "/pictures/{id}", "parameters": {"id": str(kept.pk)}},
                {"include-path-regex": "/albums/{id}", "parameters": {"id": album}},
                {
                    "include-path-regex": "/jobs/{id}(/[a-z]+)?$",
                    "parameters": {"id": str(item.job_id)},
                },
                {
                    "include-path-regex": "/items/{item}",
                    "parameters": {"id": str(item.job_id), "item": item.pk},
                },
                {"include-path-regex": "/tokens/{key}", "parameters": {"key": token.token_key}},
            ],
        }
    )


def item_of(owner: User) -> Item:
    """Of an open job, and still to be sent."""
    job = batches.begin(owner, lane_of(owner, ""), make_options())
    return batches.promise(job, [Promised("1.png", 1000)])[0]


@pytest.fixture
def schema(live_server: Any, owner: User, network: Any, unlimited: None) -> BaseSchema:
    """Of a site that knows one picture, one album and two tokens, and does not count."""
    import schemathesis

    _, secret = tokens.make(owner, "schemathesis", "write", None)
    token, _ = tokens.make(owner, "to be revoked", "read", None)
    album = albums.make_album(owner, "1950s")
    known = picture(owner), str(album.pk), token, secret, item_of(owner)
    config = config_for(live_server.url, *known)
    return schemathesis.openapi.from_dict(deepcopy(written()), config=config)


@cache
def written() -> dict[str, Any]:
    """Made for the first test that asks, which takes a second."""
    answer = Client().get("/api/schema", headers={"Accept": "application/json"})
    return cast(dict[str, Any], answer.json())


def test_the_schema_is_valid_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True)
    assert "/api/v1/pictures/{id}/recolor" in capsys.readouterr().out


def test_a_method_that_an_address_does_not_take_is_refused_as_the_schema_says(
    owner: User, client: Client
) -> None:
    """Whatever the address names, and however a program came to ask it that way."""
    _, secret = tokens.make(owner, "test", "write", None)
    described = written()["paths"]
    wrong = [
        (address, method, operations)
        for address, operations in described.items()
        for method in ("get", "post", "put", "patch", "delete")
        if method not in operations
    ]
    for address, method, operations in wrong:
        path = re.sub("{[a-z]+}", str(uuid4()), address.replace("{item}", "1"))
        answer = getattr(client, method)(path, headers={"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed"), path
        assert set(answer["Allow"].lower().split(", ")) >= set(operations), path
        assert all("405" in operation["responses"] for operation in operations.values()), path
    assert len(wrong) > len(described)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(schema: BaseSchema, unlogged: None) -> None:
    from schemathesis.engine import from_schema
    from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

    found, tried = [], 0
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            found.append(repr(event))
        if isinstance(event, ScenarioFinished):
            tried += len(event.recorder.cases)
            found += [
                f"{event.recorder.label}: {check.name}: {check.failure_info.failure.message}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info
            ]
    assert found == []
    assert tried > 300


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("network", [{"vivid": None, "confidence": None}, {}], indirect=True)
def test_what_a_network_does_not_say_is_null_in_the_schema_too(
    schema: BaseSchema, owner: User
) -> None:
    """Every answer that tells of a result, by a network that says all and by one that does not."""
    said = {}
    asked = schema, {"Authorization": f"Bearer {tokens.make(owner, 'test', 'write', None)[1]}"}
    image = ("grandma.png", grey(7), "image/png")
    for way in ("colorize", "pictures"):
        response = tried(asked, "post", f"/api/v1/{way}", files={"image": image})
        said[way] = response.json()["confidence"]
    kept = response.json()["url"].partition("/api/")[2]
    recolored = tried(asked, "post", f"/api/{kept}/recolor", json={"vividness": 0.1}).json()
    listed = tried(asked, "get", "/api/v1/pictures").json()["results"][0]
    said |= {"recolor": recolored["versions"][0]["confidence"], "list": listed["confidence"]}
    assert set(said.values()) == {said["colorize"]}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file", ["original", "result"])
def test_parts_of_files_are_in_the_schema_too(schema: BaseSchema, owner: User, file: str) -> None:
    asked = schema, {"Authorization": f"Bearer {tokens.make(owner, 'test', 'read', None)[1]}"}
    kept = tried(asked, "get", "/api/v1/pictures").json()["results"][0]["id"]
    for part, status in (("", 200), ("bytes=0-3", 206), ("bytes=999999999-", 416)):
        answer = tried(asked, "get", f"/api/v1/pictures/{kept}/{file}", {"Range": part})
        assert answer.status_code == status


def tried(
    asked: tuple[BaseSchema, dict[str, str]],
    method: str,
    path: str,
    also: dict[str, str] | None = None,
    **body: Any,
) -> requests.Response:
    """The answer, once it is known to be as the schema says. `also`: headers."""
    schema, headers = asked
    address = re.sub(UUID_PATTERN, "{id}", path)
    operation = schema[address][method.upper()]
    sent = {**headers, **(also or {})}
    response = requests.request(
        method, schema.get_base_url() + path, headers=sent, timeout=30, **body
    )
    operation.validate_response(response)
    return response


def test_the_pages_need_nothing_from_outside(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page and "http" not in page
    assert client.get("/api/docs?script=").headers["Content-Type"].startswith("application/javasc")
    assert client.get("/api/schema").headers["Content-Type"].startswith("application/vnd.oai")
    json = client.get("/api/schema", headers={"Accept": "application/json"})
    assert json.headers["Content-Type"] == "application/json"
