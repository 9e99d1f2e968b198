"""The base class of the API's views."""

from typing import Any, TypeVar

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import User
from colorize.web.ratelimit import PhotoThrottle
from gallery.api.throttles import GuessThrottle, limit_headers

Form = TypeVar("Form", bound=Serializer[Any])


class ApiView(APIView):
    """Needs a token, counts every request, and says in headers how many are left.

    `colorizes`: a POST also counts as a photo.
    """

    http_method_names = ["get", "post", "patch", "delete", "head"]
    colorizes = False
    format_kwarg: str | None = None
    throttles: list[BaseThrottle] | None = None

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101
        return self.request.user

    def asked(self, kind: type[Form]) -> Form:
        """What the query asks for. Raises ValidationError."""
        return checked(kind(data=self.request.query_params.dict()))

    def sent(self, kind: type[Form]) -> Form:
        """What the body says. Raises ValidationError."""
        return checked(kind(data=self.request.data))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Like REST framework's, but counts a request before anything can refuse it."""
        self.perform_authentication(request)
        self.check_throttles(request)
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        negotiated = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = negotiated
        self.check_permissions(request)

    def get_throttles(self) -> list[BaseThrottle]:
        photo = [PhotoThrottle()] if self.counts_as_photo() else []
        self.throttles = [*super().get_throttles(), *photo]
        return self.throttles

    def counts_as_photo(self) -> bool:
        return self.colorizes and self.request.method == "POST"

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        for name, value in limit_headers(self.counted(request)).items():
            final[name] = value
        if not final.has_header("Cache-Control"):
            patch_cache_control(final, private=True, no_cache=True)
        return final

    def counted(self, request: Request) -> list[Any]:
        """The limits that counted this request; if its token was refused, the limit for
        guesses."""
        if self.throttles is not None:
            return self.throttles
        guesses = GuessThrottle()
        guesses.look_at(request)
        return [guesses]


def checked(form: Form) -> Form:
    """The same, with its `validated_data`. Raises ValidationError."""
    form.is_valid(raise_exception=True)
    return form
