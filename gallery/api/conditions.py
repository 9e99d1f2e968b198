"""If-Match and If-None-Match: nobody's change is written over, nothing is sent twice."""

from django.utils.http import parse_etags
from rest_framework.request import Request

from gallery.errors import OutOfDate


def is_known(request: Request, etag: str) -> bool:
    """Whether the program has this state of it already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in (tag.removeprefix("W/") for tag in known)


def check_match(request: Request, etag: str) -> None:
    """Raises OutOfDate where the program has read another state of it."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not {"*", etag} & set(parse_etags(wanted)):
        raise OutOfDate()
