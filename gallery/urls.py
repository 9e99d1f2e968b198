"""URLs of the gallery's pages."""

from django.urls import path

from gallery.views import albums, picture, pictures, profile, proposals, versions
from gallery.views.preview import Preview
from gallery.views.report import ReportPage

urlpatterns = [
    path("gallery", pictures.gallery, name="gallery"),
    path("gallery/many", pictures.many, name="many"),
    path("gallery/undo", pictures.undo, name="undo"),
    path("gallery/bin", pictures.bin_page, name="bin"),
    path("gallery/bin/many", pictures.bin_many, name="bin-many"),
    path("gallery/albums", albums.albums, name="albums"),
    path("gallery/albums/<uuid:pk>", albums.album, name="album"),
    path("pictures/<uuid:pk>", picture.show, name="picture"),
    path("pictures/<uuid:pk>/describe", picture.describe, name="describe"),
    path("pictures/<uuid:pk>/share", picture.share, name="share"),
    path("pictures/<uuid:pk>/recolor", versions.recolor, name="recolor"),
    path("pictures/<uuid:pk>/hints", versions.hints, name="hints"),
    path("pictures/<uuid:pk>/proposals", proposals.show, name="proposals"),
    path("pictures/<uuid:pk>/preview", Preview.as_view(), name="preview"),
    path("pictures/<uuid:pk>/download", versions.download, name="download"),
    path("pictures/<uuid:pk>/delete", picture.move_to_bin, name="move-to-bin"),
    path("pictures/<uuid:pk>/report", ReportPage.as_view(), name="report"),
    path("pictures/<uuid:pk>/restore", picture.restore, name="restore"),
    path("pictures/<uuid:pk>/files/<slug:kind>", picture.file, name="file"),
    path(
        "pictures/<uuid:pk>/versions/<uuid:version>/use", versions.use_version, name="use-version"
    ),
    path(
        "pictures/<uuid:pk>/versions/<uuid:version>/delete",
        versions.remove_version,
        name="remove-version",
    ),
    path("s/<str:token>", picture.shared, name="shared"),
    path("s/<str:token>/<slug:kind>", picture.shared_file, name="shared-file"),
    path("public", pictures.public, name="public"),
    path("people/<str:name>", pictures.person, name="person"),
    path("profile", profile.profile, name="profile"),
    path("profile/tokens", profile.make_token, name="make-token"),
    path("profile/tokens/<str:key>/revoke", profile.revoke_token, name="revoke-token"),
]
