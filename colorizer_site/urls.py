"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from colorizer_site.accounts.views import ConfirmEmail

urlpatterns = [
    path("", include("colorize.urls")),
    path("", include("gallery.urls")),
    # Before allauth's own at the same address.
    path("accounts/confirm-email/<str:key>/", ConfirmEmail.as_view()),
    path("accounts/", include("allauth.urls")),
    path("api/", include("gallery.api.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "colorize.views.server_error"
