"""If-Match, so that no change is overwritten, and If-None-Match, so that nothing is sent twice."""

from django.utils.http import parse_etags
from rest_framework.request import Request

from gallery.errors import OutOfDate


def is_known(request: Request, etag: str) -> bool:
    """Whether If-None-Match has the current ETag."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in (tag.removeprefix("W/") for tag in known)


def check_match(request: Request, etag: str) -> None:
    """Raises OutOfDate unless If-Match, if sent, has the current ETag."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not {"*", etag} & set(parse_etags(wanted)):
        raise OutOfDate()
