"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from colorizer_site.accounts.views import ChoosePassword, ConfirmEmail, Register, SetUpApp

urlpatterns = [
    path("", include("colorize.urls")),
    path("", include("gallery.urls")),
    # Before allauth's own at the same addresses.
    path("accounts/signup/", Register.as_view()),
    path("accounts/confirm-email/<str:key>/", ConfirmEmail.as_view()),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        ChoosePassword.as_view(),
    ),
    path("accounts/2fa/totp/activate/", SetUpApp.as_view()),
    path("accounts/", include("allauth.urls")),
    path("api/", include("gallery.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "colorizer_site.refusals.bad_request"
handler500 = "colorizer_site.refusals.server_error"
