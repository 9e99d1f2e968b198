"""All URLs of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from accounts import provider
from accounts.views import (
    ChoosePassword,
    ConfirmEmail,
    SetUpApp,
    SignUp,
    SignUpByProvider,
)
from colorizer_site import endpoint, health, pages

urlpatterns = [
    path("", pages.ColorizerPage.as_view(), name="colorizer"),
    path("faq", pages.FaqPage.as_view(), name="faq"),
    path("about", pages.AboutPage.as_view(), name="about"),
    path("colorize", endpoint.ColorizeView.as_view(), name="colorize"),
    path("favicon.ico", pages.icon, name="icon"),
    path("healthz", health.healthz, name="healthz"),
    path("", include("gallery.urls")),
    path("", include("jobs.urls")),
    path("", include("real_or_fake.urls")),
    # These come before allauth's own at the same addresses.
    path("accounts/signup/", SignUp.as_view()),
    path("accounts/confirm-email/<str:key>/", ConfirmEmail.as_view()),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        ChoosePassword.as_view(),
    ),
    path("accounts/2fa/totp/activate/", SetUpApp.as_view()),
    path("accounts/3rdparty/signup/", SignUpByProvider.as_view()),
    path("accounts/oidc/<str:provider_id>/login/", provider.log_in),
    path("accounts/oidc/<str:provider_id>/login/callback/", provider.come_back),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("jobs.api.urls")),
    path("api/", include("gallery.api.urls")),
    path("admin/", admin.site.urls),
]

if settings.METRICS_FOR:
    from colorizer_site import metrics

    urlpatterns.append(path("metrics", metrics.metrics, name="metrics"))

handler400 = "colorizer_site.error_views.bad_request"
handler500 = "colorizer_site.error_views.server_error"
