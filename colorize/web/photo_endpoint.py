"""What the endpoints of the site's own pages have in common."""

from typing import Any, NoReturn

from rest_framework import parsers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from colorize.web.ratelimit import PhotoThrottle, rate_limited


class PhotoEndpoint(APIView):
    """Takes a form and counts as a photo. Browsers send their session and the form's CSRF token."""

    schema = None
    authentication_classes = [SessionAuthentication]
    throttle_classes = [PhotoThrottle]
    parser_classes = [parsers.MultiPartParser]
    http_method_names = ["post"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse methods that are not allowed before authentication."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raises RateLimited."""
        raise rate_limited(wait)
