"""The OpenAPI schema: forms that are no serializers, and what all answers have in common."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from colorize.engine.formats import NAMES
from colorize.engine.options import OPTIONS
from gallery.api.authentication import TokenAuthentication
from gallery.api.fields import Key
from gallery.api.options import FormOptionsSerializer, told_field

ERROR = {
    "type": "object",
    "description": "What went wrong: a fixed code, a sentence, where to read more, and the "
    "number of the request in the server’s log.",
    "properties": {
        "error": {"type": "string"},
        "message": {"type": "string"},
        "help": {"type": "string", "format": "uri"},
        "request_id": {"type": "string", "nullable": True},
        "colorized": {"$ref": "#/components/schemas/Colorized"},
    },
    "required": ["error", "message", "help", "request_id"],
}
WORDS = {
    400: "A field, an option or the body is not right.",
    401: "No token, or one that does not work.",
    403: "Not allowed: the token may only read, the gallery is full, or as the message says.",
    404: "Nothing that this person may see.",
    406: "Accept leaves no type that there is.",
    409: "It is there already, or the request with this Idempotency-Key has no answer yet.",
    412: "It has changed since: If-Match names another state of it.",
    413: "The file is too large.",
    415: "The body, or the photo, is of a type that is not read.",
    422: "A photo that cannot be colorized, or an Idempotency-Key that came with another request.",
    429: "Too many requests; see Retry-After.",
    500: "The server failed.",
    503: "Busy, see Retry-After; or no photo can be colorized, or nothing can be saved. Colours "
    "that were made and not saved are in the field colorized.",
    507: "The storage is full. Colours that were made and not saved are in the field colorized.",
}
ALWAYS = (400, 401, 403, 406, 429, 500, 503)
LIMITS = {
    "RateLimit-Limit": "How many requests may come in the period of the nearest limit.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "Seconds until the oldest no longer counts.",
}


class PhotoSerializer(FormOptionsSerializer):
    """The form of a photo."""

    image = serializers.FileField(help_text=f"{NAMES}.")


class NewPictureSerializer(PhotoSerializer):
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    album = Key(required=False)


class ColorizedSerializer(serializers.Serializer[Any]):
    image = serializers.CharField(help_text="The JPEG, base64.")
    filename = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    confidence = serializers.IntegerField(
        min_value=0,
        max_value=100,
        allow_null=True,
        help_text="In percent; null where the network does not say how sure it is.",
    )
    milliseconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {each.name: told_field(each) for each in OPTIONS}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token, made on the profile page or with `POST /api/v1/tokens`.",
        }


def docs_for_programmers() -> list[type]:
    """Classes whose words are not for the schema."""
    from gallery.api import albums, base, picture_files, pictures

    return [base.ApiView, albums.AlbumView, pictures.PictureView, picture_files.FileView]


def only_the_api(endpoints: list[Any], **context: Any) -> list[Any]:
    """A hook of drf-spectacular: the public endpoint has its own description."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def complete(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: errors, headers and conditions of every operation."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    components["headers"] = {
        name: {"description": words, "schema": {"type": "integer"}}
        for name, words in (LIMITS | {"Retry-After": "Seconds to wait."}).items()
    }
    components["responses"] = {f"Error{status}": error(status) for status in WORDS}
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            complete_operation(path, method, operation)
    for schema in components["schemas"].values():
        if schema.get("description", "") == "":
            schema.pop("description", None)
    return result


def error(status: int) -> dict[str, Any]:
    waiting = {"Retry-After": header("Retry-After")} if status in (409, 429, 503) else {}
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": WORDS[status],
        "headers": limits() | waiting,
        "content": {"application/json": {"schema": schema}},
    }


def limits() -> dict[str, Any]:
    return {name: header(name) for name in LIMITS}


def header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for response in responses.values():
        response.setdefault("headers", {}).update(limits())
    for name, text in asked_for(path, method):
        parameter = {
            "in": "header",
            "name": name,
            "description": text,
            "schema": {"type": "string"},
        }
        operation.setdefault("parameters", []).append(parameter)
    if gives_etag(path, method):
        responses["200"]["headers"]["ETag"] = {"schema": {"type": "string"}}
    if "If-None-Match" in dict(asked_for(path, method)):
        responses["304"] = {"description": "As it was before.", "headers": limits()}
    if "201" in responses:
        responses["201"]["headers"]["Location"] = {"schema": {"type": "string", "format": "uri"}}
    for status in problems(path, method, operation):
        responses[str(status)] = {"$ref": f"#/components/responses/Error{status}"}


def is_picture(path: str) -> bool:
    return "/pictures/{" in path


def gives_etag(path: str, method: str) -> bool:
    return is_picture(path) and method != "delete"


def asked_for(path: str, method: str) -> list[tuple[str, str]]:
    """Headers of the request."""
    if method == "post" and not path.endswith("/tokens"):
        return [("Idempotency-Key", "The same request with the same key is answered the same.")]
    if method == "get" and is_picture(path):
        return [("If-None-Match", "The ETag of what is known already.")]
    if method in ("patch", "delete") and is_picture(path):
        return [("If-Match", "The ETag that was read; 412 where it has changed since.")]
    return []


def problems(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses, beside success."""
    found = list(ALWAYS)
    if "{" in path or path.endswith("/pictures"):
        found.append(404)
    if method != "get":
        found.append(507)
    if "requestBody" in operation:
        found.append(415)
    if "/albums" in path and method == "patch":
        found.append(409)
    if is_picture(path) and method in ("patch", "delete"):
        found.append(412)
    if method == "post" and not path.endswith("/tokens"):
        found += [409, 422]
    if method == "post" and path.endswith(("/pictures", "/colorize", "/recolor")):
        found.append(413)
    return sorted(set(found))
