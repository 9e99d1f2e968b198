"""The endpoint: POST /colorize."""

import base64
import logging
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django_guid import get_guid
from rest_framework import exceptions, parsers, permissions, renderers
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from colorize import errors, health, service
from colorize.csrf import why_refused
from colorize.errors import ColorizeError
from colorize.forms import ColorizeForm
from colorize.keeping import Keeper, Kept, keeper_of
from colorize.ratelimit import PhotoThrottle, rate_limited
from colorize.storage import storage_error

# What REST framework puts before Django's reason.
CSRF = "CSRF Failed: "

logger = logging.getLogger(__name__)


class JpegRenderer(renderers.BaseRenderer):
    """The picture itself."""

    media_type = "image/jpeg"
    format = "jpeg"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


class ColorizeView(APIView):
    """A photo in, a colour photo out. Kept only for people who are logged in on the page: their
    browser sends its session, and the form's token with it."""

    schema = None
    authentication_classes = [SessionAuthentication]
    throttle_classes = [PhotoThrottle]
    permission_classes = [permissions.AllowAny]
    parser_classes = [parsers.MultiPartParser]
    renderer_classes = [renderers.JSONRenderer, JpegRenderer]
    http_method_names = ["post"]

    def get_exception_handler(self) -> Any:
        return answer_error

    def post(self, request: Request) -> Response:
        form = ColorizeForm(request.POST, request.FILES)
        photo = photo_of(form)
        keeper = keeper_of(request, form, photo)
        result = colorize_as(form, photo, keeper)
        kept = keeper.keep(result)
        if request.accepted_renderer.format == "jpeg":
            return Response(result.jpeg, headers=as_download(result))
        layers = request.POST.get("layers") == "true"
        return Response(
            describe(result)
            | (describe_layers(result) if layers else {})
            | (describe_kept(request, kept) if kept else {})
        )


def photo_of(form: ColorizeForm) -> bytes:
    """Raises a ColorizeError."""
    if problem := form.problem():
        raise problem
    content: bytes = form.cleaned_data["image"].read()
    return content


def colorize_as(form: ColorizeForm, photo: bytes, keeper: Keeper) -> service.Result:
    """As the form says, with the thumbnails that its keeper wants. Raises a ColorizeError."""
    name = form.cleaned_data["image"].name
    return service.colorize(photo, form.options(), name, keeper.sides)


def as_download(result: service.Result) -> dict[str, str]:
    """The header that has a browser save the picture under its name."""
    return {"Content-Disposition": str(content_disposition_header(True, result.filename))}


def describe(result: service.Result) -> dict[str, Any]:
    return {
        "image": text(result.jpeg),
        "filename": result.filename,
        "width": result.width,
        "height": result.height,
        "confidence": result.confidence,
        "network": result.network,
        "vividness": result.vividness,
        "milliseconds": round(sum(result.milliseconds.values())),
    }


def describe_kept(request: Request, kept: Kept) -> dict[str, Any]:
    """Where the picture was saved, or why it was not."""
    if kept.problem:
        return {"not_saved": describe_error(request, kept.problem)}
    return {"saved": kept.url, "saved_before": not kept.is_new}


def describe_layers(result: service.Result) -> dict[str, str | None]:
    """What the page needs to show the confidence and to change the vividness by itself; null where
    the network does not say the one, or has no other answer for the other."""
    layers = {
        "confidence_map": service.confidence_png(result),
        "ab_step": service.ab_step_png(result),
    }
    return {name: None if data is None else text(data) for name, data in layers.items()}


def text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def data_url(photo: bytes) -> str:
    kind = "png" if photo.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{text(photo)}"


def answer_error(problem: Exception, context: dict[str, Any]) -> JsonResponse:
    """Any exception as the error contract's JSON; the unforeseen ones go to the log whole."""
    error = as_colorize_error(problem, context["request"])
    if isinstance(error, errors.InternalError):
        logger.exception("the endpoint failed", exc_info=problem)
    response = JsonResponse(
        describe_error(context["request"], error) | describe_unsaved(error), status=error.status
    )
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def as_colorize_error(problem: Exception, request: Request) -> ColorizeError:
    match problem:
        case ColorizeError():
            return problem
        case exceptions.Throttled():
            return rate_limited(getattr(problem, "wait", None))
        case exceptions.MethodNotAllowed():
            return errors.MethodNotAllowed(method=request.method)
        case exceptions.PermissionDenied() if str(problem.detail).startswith(CSRF):
            return why_refused(str(problem.detail).removeprefix(CSRF))
        case exceptions.PermissionDenied() | PermissionDenied():
            return errors.NotAllowed(reason="whoever runs the site has not given you the right.")
        case exceptions.NotAcceptable():
            return errors.NotAcceptable()
        case exceptions.UnsupportedMediaType():
            return errors.NoPhoto()
        case exceptions.ParseError():
            return errors.BadRequest(reason=str(problem.detail))
        case SuspiciousOperation():
            return errors.BadRequest(reason="too many fields or files, or too large ones")
    return storage_error(problem) or errors.InternalError()


def describe_unsaved(error: ColorizeError) -> dict[str, Any]:
    """The colours that were made before the storage failed."""
    unsaved = getattr(error, "unsaved", None)
    return {"colorized": describe(unsaved)} if isinstance(unsaved, service.Result) else {}


def describe_error(request: HttpRequest | Request, error: ColorizeError) -> dict[str, str | None]:
    return {
        "error": error.code,
        "message": error.message,
        "help": f"{faq_address(request)}#{error.code}",
        "request_id": get_guid(),
    }


def faq_address(request: HttpRequest | Request) -> str:
    try:
        return request.build_absolute_uri(reverse("faq"))
    except DisallowedHost:
        return reverse("faq")


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site can do its work, for whatever watches it."""
    report = health.report()
    is_well = set(report.values()) == {health.OK}
    return JsonResponse(
        {"status": "ok" if is_well else "failing"} | report, status=200 if is_well else 503
    )
