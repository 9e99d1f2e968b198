"""The OpenAPI schema: what all responses have in common."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from gallery.api import albums, base, picture_files, pictures
from gallery.api.authentication import TokenAuthentication

ERROR = {
    "type": "object",
    "description": "What went wrong: a stable code, a sentence, a link to the FAQ, and the ID of "
    "the request in the server’s log.",
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
    400: "A field, an option or the body is wrong.",
    401: "The token is missing, wrong or expired.",
    403: "Not allowed: for example the token is read-only, or the gallery is full.",
    404: "It does not exist, or you don’t have permission to see it.",
    405: "The address does not take this method; see Allow for those that it takes.",
    406: "None of the types in Accept is available.",
    409: "It exists already, it is too late for that, or the first request with this "
    "Idempotency-Key is still running.",
    412: "It has changed: the ETag in If-Match is out of date.",
    413: "The file is too large.",
    415: "The type of the body or of the photo is not supported.",
    422: "The photo cannot be coloured, or the Idempotency-Key was used for another request.",
    429: "Too many requests; see Retry-After.",
    500: "Something went wrong on the server.",
    503: "The server is busy (see Retry-After), or photos cannot be coloured or saved at the "
    "moment. A result that could not be saved is in `colorized`.",
    507: "The storage is full. A result that could not be saved is in `colorized`.",
}
ALWAYS = (400, 401, 403, 405, 406, 429, 500, 503)
# Files that are also sent in parts, and what answers say of them.
IN_PARTS = ("/original", "/result")
CONTENT_RANGE = {
    "Content-Range": {
        "description": "Which bytes these are, and of how many.",
        "schema": {"type": "string"},
    }
}
LIMITS = {
    "RateLimit-Limit": "Requests allowed per period, for the limit that is closest to running out.",
    "RateLimit-Remaining": "Requests left in this period.",
    "RateLimit-Reset": "Seconds until the next request becomes available.",
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from your profile page or from `POST /api/v1/tokens`.",
        }


def docs_for_programmers() -> list[type]:
    """Classes whose docstrings do not belong in the schema."""
    return [
        base.ApiView,
        *base.ApiView.__subclasses__(),
        albums.AlbumView,
        pictures.PictureView,
        picture_files.FileView,
    ]


def only_the_api(endpoints: list[Any], **context: Any) -> list[Any]:
    """A hook of drf-spectacular: leaves out everything but the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def complete(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: adds errors, headers and conditions to every operation."""
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
    allowed = {"Allow": {"schema": {"type": "string"}}} if status == 405 else {}
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": WORDS[status],
        "headers": limits() | waiting | allowed,
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
    if gives_etag(path, method) and "200" in responses:
        responses["200"]["headers"]["ETag"] = {"schema": {"type": "string"}}
    if "If-None-Match" in dict(asked_for(path, method)):
        responses["304"] = {"description": "Not changed.", "headers": limits()}
    if is_in_parts(path, method):
        responses["206"]["headers"] |= CONTENT_RANGE
        responses["416"] = {
            "description": "The part begins after the end of the file.",
            "headers": limits() | CONTENT_RANGE,
        }
    for made in {"201", "202"} & set(responses):
        responses[made]["headers"]["Location"] = {"schema": {"type": "string", "format": "uri"}}
    for status in problems(path, method, operation):
        responses[str(status)] = {"$ref": f"#/components/responses/Error{status}"}


def is_picture(path: str) -> bool:
    return "/pictures/{" in path


def is_in_parts(path: str, method: str) -> bool:
    return method == "get" and is_picture(path) and path.endswith(IN_PARTS)


def gives_etag(path: str, method: str) -> bool:
    is_job = path.endswith("/jobs/{id}")
    return (is_picture(path) or is_job) and method != "delete"


def asked_for(path: str, method: str) -> list[tuple[str, str]]:
    """Names and descriptions of request headers."""
    if method == "post" and not path.endswith("/tokens"):
        return [
            (
                "Idempotency-Key",
                "Makes it safe to repeat a request: the same key gives the same response.",
            )
        ]
    if method == "get" and gives_etag(path, method):
        known = [("If-None-Match", "The ETag you have; 304 if nothing has changed.")]
        part = [("Range", "The part of the file, such as `bytes=0-999`.")]
        return known + part if is_in_parts(path, method) else known
    if method in ("patch", "delete") and is_picture(path):
        return [("If-Match", "The ETag you have; 412 if the picture has changed since.")]
    return []


def problems(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses of errors."""
    found = list(ALWAYS)
    if "{" in path or path.endswith(("/pictures", "/jobs", "/videos")):
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
    if method == "post" and path.endswith(
        ("/pictures", "/colorize", "/recolor", "/jobs", "/items", "/videos")
    ):
        found.append(413)
    if "/jobs/" in path and method in ("patch", "delete"):
        found += [409, 413]
    return sorted(set(found))
