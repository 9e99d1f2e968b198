"""The site's addresses, and one that saves a photo for whoever comes."""

from django.contrib.auth.models import User
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from colorize.service import Options
from colorizer_site.urls import handler500
from gallery.service import colorize_and_save

__all__ = ["handler500"]


@csrf_exempt
def upload(request: HttpRequest) -> JsonResponse:
    owner = User.objects.get(username="owner")
    saved = colorize_and_save(owner, request.body, Options(), "photo.jpg")
    return JsonResponse({"sha256": saved.picture.sha256, "is_new": saved.is_new}, status=201)


urlpatterns = [path("", include("colorizer_site.urls")), path("upload", upload)]
