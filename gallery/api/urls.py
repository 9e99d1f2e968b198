"""Addresses of the API; none ends with a slash, but the first."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from gallery.api import albums, docs, people, picture_files, pictures, proposals

urlpatterns = [
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", docs.Docs.as_view(), name="api-docs"),
    path("v1/", people.Root.as_view(), name="api-root"),
    path("v1/me", people.Me.as_view(), name="api-me"),
    path("v1/tokens", people.Tokens.as_view(), name="api-tokens"),
    path("v1/tokens/<str:key>", people.OneToken.as_view(), name="api-token"),
    path("v1/colorize", picture_files.Colorize.as_view(), name="api-colorize"),
    path("v1/pictures", pictures.Pictures.as_view(), name="api-pictures"),
    path("v1/pictures/<uuid:pk>", pictures.OnePicture.as_view(), name="api-picture"),
    path("v1/pictures/<uuid:pk>/recolor", pictures.Recolor.as_view(), name="api-recolor"),
    path("v1/pictures/<uuid:pk>/proposals", proposals.Proposals.as_view(), name="api-proposals"),
    path("v1/pictures/<uuid:pk>/original", picture_files.Original.as_view(), name="api-original"),
    path("v1/pictures/<uuid:pk>/result", picture_files.Result.as_view(), name="api-result"),
    path(
        "v1/pictures/<uuid:pk>/thumbnail", picture_files.Thumbnail.as_view(), name="api-thumbnail"
    ),
    path("v1/albums", albums.Albums.as_view(), name="api-albums"),
    path("v1/albums/<uuid:pk>", albums.OneAlbum.as_view(), name="api-album"),
    path("", people.Nowhere.as_view()),
    path("<path:rest>", people.Nowhere.as_view()),
]
