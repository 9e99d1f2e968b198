"""What the site is put together from: apps, middleware, templates, language."""

from colorizer_site.settings.environment import BASE_DIR
from colorizer_site.settings.monitoring import METRICS_FOR

INSTALLED_APPS = [
    "colorizer_site.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # Always, so that accounts can be deleted even after OIDC_SERVER_URL has been removed.
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "knox",
    "auditlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "django_guid",
    "colorize",
    "accounts",
    "gallery",
    "jobs",
    "real_or_fake",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "colorizer_site.middleware.health_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "colorizer_site.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "colorizer_site.middleware.MethodsFirst",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.second_factor.Authentication",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "colorizer_site.middleware.no_null_character",
    "colorizer_site.middleware.say_why",
    "colorizer_site.middleware.UserErrors",
    "accounts.middleware.keep_no_copy",
    "allauth.account.middleware.AccountMiddleware",
]
if METRICS_FOR:
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

ROOT_URLCONF = "colorizer_site.urls"
WSGI_APPLICATION = "colorizer_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
FORMAT_MODULE_PATH = "colorizer_site.formats"
USE_TZ = True
