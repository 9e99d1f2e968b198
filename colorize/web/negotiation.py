"""Which of its types an answer has, by the header Accept."""

from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

Wish = tuple[float, int]


class QualityNegotiation(DefaultContentNegotiation):
    """REST framework's own leaves out q, by which a program says what it likes better."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The one that is liked best; of two, the one that is named more precisely, then the first.

        Raises NotAcceptable where none is wanted, or all have q=0.
        """
        accepted = self.get_accept_list(request) or ["*/*"]
        wishes = [(wish_for(renderer.media_type, accepted), renderer) for renderer in renderers]
        (quality, _), best = max(wishes, key=lambda wish: wish[0])
        if not quality:
            raise NotAcceptable(available_renderers=renderers)
        return best, best.media_type


def wish_for(media_type: str, accepted: list[str]) -> Wish:
    """How much it is wanted, 0 to 1, by the range that names it most precisely, and how precise
    that is."""
    fitting = [read(range_) for range_ in accepted if media_type_matches(media_type, range_)]
    return max(fitting, key=lambda wish: wish[1], default=(0, 0))


def read(range_: str) -> Wish:
    """What nobody can read is not wanted."""
    try:
        kind = MediaType(range_)
    except ValueError:
        return 0, 0
    return kind.quality, kind.specificity
