"""Content negotiation by the Accept header."""

from typing import Any

from django.http import HttpRequest
from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

Wish = tuple[float, int]
JSON = "application/json"


class QualityNegotiation(DefaultContentNegotiation):
    """Respects q, the quality value, which REST framework's own class ignores."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer with the highest q; of equals, the one matched most precisely, then the
        first.

        Raises NotAcceptable if none matches, or all have q=0.
        """
        accepted = self.get_accept_list(request) or ["*/*"]
        wishes = [(wish_for(renderer.media_type, accepted), renderer) for renderer in renderers]
        (quality, _), best = max(wishes, key=lambda wish: wish[0])
        if not quality:
            raise NotAcceptable(available_renderers=renderers)
        return best, best.media_type


def accepts(request: Request, media_type: str) -> bool:
    """Whether the Accept header allows this type."""
    accepted = DefaultContentNegotiation().get_accept_list(request)
    return wish_for(media_type, accepted)[0] > 0


def wish_for(media_type: str, accepted: list[str]) -> Wish:
    """The q (0 to 1) of the most precise range that matches the type, and its precision."""
    fitting = [read(range_) for range_ in accepted if media_type_matches(media_type, range_)]
    return max(fitting, key=lambda wish: wish[1], default=(0, 0))


def read(range_: str) -> Wish:
    """The q and precision of a range; zero if it cannot be parsed."""
    try:
        kind = MediaType(range_)
    except ValueError:
        return 0, 0
    return kind.quality, kind.specificity


def prefers_json(request: HttpRequest) -> bool:
    """Whether JSON is asked for rather than a page."""
    return request.get_preferred_type(["text/html", JSON]) == JSON
