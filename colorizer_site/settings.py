"""The site's only settings, for production. Everything that differs between machines is an
environment variable; .env.example lists them all."""

import logging
import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from colorize.engine.limits import Limits
from colorize.engine.options import Options
from colorizer_site import __version__, backends, logs, provider
from colorizer_site import env as environment
from colorizer_site.server import addresses

VERSION = __version__
BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.read(BASE_DIR / ".env")

# Everything the site writes: the database, the secret key and people's pictures.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
# Nobody else on the machine can read what the server writes.
UMASK = 0o077

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY")
if SECRET_KEY_IS_GENERATED := not SECRET_KEY:
    SECRET_KEY = environment.kept_secret(DATA_DIR / "secret_key")

# Where gunicorn listens, and how many processes and threads answer.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole("PORT", 8000, least=1)
WORKERS = env.whole("WORKERS", 2, least=1)
THREADS = env.whole("THREADS", 8, least=2)

# The first one begins the links in mails, unless SITE_URL does; it is what is printed at the start.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
if not env.text("ALLOWED_HOSTS"):
    # If it listens to other machines, it should answer them. Unlike "*", this does not let an
    # attacker's host name through.
    ALLOWED_HOSTS += [name for name in addresses.reached(HOST) if name not in ALLOWED_HOSTS]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = env.flag("HTTPS", False)
CSRF_FAILURE_VIEW = "colorizer_site.refusals.form_refused"
# The start of links in emails. Never taken from a request: its Host can be forged.
SITE_URL = env.origin("SITE_URL") or environment.guessed_origin(ALLOWED_HOSTS, HTTPS, PORT)

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

DATABASE_FILE = DATA_DIR / "db.sqlite3"
DATABASES = {"default": backends.database(env, DATABASE_FILE)}
# Its table, which accounts.Token stands in for, would be empty for ever.
MIGRATION_MODULES = {"knox": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": backends.cache(env)}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
FORMAT_MODULE_PATH = "colorizer_site.formats"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]

# People's pictures, never served by their path: in a folder, or in an S3-compatible store.
MEDIA_ROOT = env.folder("MEDIA_ROOT", DATA_DIR / "media")
# A location of nginx that serves MEDIA_ROOT (X-Accel-Redirect). Empty: the site sends files itself.
ACCEL_REDIRECT = env.text("ACCEL_REDIRECT")
S3 = backends.s3(env)
# Where browsers find the bucket, to fetch results there by links that soon end. Empty: the site
# sends them itself.
MEDIA_REDIRECT = backends.bucket_origin(env, S3)
STORAGES: dict[str, dict[str, Any]] = {
    "default": backends.pictures(S3, for_nginx=bool(ACCEL_REDIRECT)),
    "staticfiles": {"BACKEND": "colorizer_site.storage.StaticStorage"},
}

# The gallery: quotas, the bin and moderation.
QUOTA_PICTURES = env.whole("QUOTA_PICTURES", 10_000, least=1)
QUOTA_BYTES = env.whole("QUOTA_BYTES", 10_000_000_000, least=1)
BIN_DAYS = env.whole("BIN_DAYS", 30)
# How long a deleted picture can be restored as it was; later it is restored as private.
UNDO_MINUTES = 10
REVIEW_FOR = env.choice("REVIEW_FOR", "EVERYBODY", ["EVERYBODY", "UNTRUSTED", "NOBODY"])
# Open reports of a picture after which moderators get an email, and after which it is hidden until
# they have reviewed it. 0 is never: people could bully each other with it.
REPORTS_MAIL_AT = env.whole("REPORTS_MAIL_AT", 3)
REPORTS_HIDE_AT = env.whole("REPORTS_HIDE_AT", 0)

# Photos: limits, default options, and how many are coloured at once.
PHOTO_MAX_BYTES = env.whole("PHOTO_MAX_BYTES", 50_000_000, least=1)
PHOTO_MAX_PIXELS = env.whole("PHOTO_MAX_PIXELS", Limits.max_pixels, least=256)
PHOTO_MIN_SIDE = Limits.min_side
VIVIDNESS = env.number("VIVIDNESS", Options.vividness, 0, 1)
NETWORK = env.text("NETWORK", "colornet")
# Other networks stay loaded for this long after their last photo, up to this much in a process.
NETWORKS_MEGABYTES = env.whole("NETWORKS_MEGABYTES", 300)
NETWORK_IDLE_MINUTES = env.number("NETWORK_IDLE_MINUTES", 10, 0, 1440)
MODELS_DIR = env.folder("MODELS_DIR", BASE_DIR / "models")
MEGAPIXELS_AT_ONCE = env.whole("MEGAPIXELS_AT_ONCE", 40, least=1)
PHOTOS_WAITING = env.whole("PHOTOS_WAITING", 4)
PHOTO_WAIT_SECONDS = env.number("PHOTO_WAIT_SECONDS", 30, 0, 60)

# Long work: after this time without a sign of life from its worker, an item is given to another.
JOB_LEASE_SECONDS = env.whole("JOB_LEASE_SECONDS", 30, least=2)
# Processes for it beside the web server, and how long they finish what is in hand when stopped.
WORK_PROCESSES = env.whole("WORK_PROCESSES", 1)
WORK_GRACE_SECONDS = env.whole("WORK_GRACE_SECONDS", 8)
# Batches: photos and bytes of one, and how many at the same time.
BATCH_PHOTOS = env.whole("BATCH_PHOTOS", 1000, least=1)
BATCH_BYTES = env.whole("BATCH_BYTES", 5_000_000_000, least=1)
BATCHES_AT_ONCE = env.whole("BATCHES_AT_ONCE", 5, least=1)
# Of visitors; their results are kept for hours, and all of theirs together take at most so much.
VISITOR_BATCH_PHOTOS = env.whole("VISITOR_BATCH_PHOTOS", 50)
VISITOR_BATCH_BYTES = env.whole("VISITOR_BATCH_BYTES", 500_000_000, least=1)
VISITOR_BATCHES = env.whole("VISITOR_BATCHES", 5, least=1)
VISITORS_BYTES = env.whole("VISITORS_BYTES", 20_000_000_000)
BATCH_HOURS = env.whole("BATCH_HOURS", 24, least=1)

# Films: the file in bytes, the part that is coloured in seconds, and a frame in pixels.
FILM_BYTES = env.whole("FILM_BYTES", 2_000_000_000, least=1)
FILM_SECONDS = env.whole("FILM_SECONDS", 3600, least=1)
VISITOR_FILM_BYTES = env.whole("VISITOR_FILM_BYTES", 200_000_000)
VISITOR_FILM_SECONDS = env.whole("VISITOR_FILM_SECONDS", 60)
FILM_PIXELS = env.whole("FILM_PIXELS", 9_000_000, least=1)
# Uploads without a new piece for hours are given up; jobs of people are forgotten after days.
UPLOAD_HOURS = env.whole("UPLOAD_HOURS", 24, least=1)
JOB_DAYS = env.whole("JOB_DAYS", 30, least=1)
# Webhooks; to these hosts also by http and in private networks.
WEBHOOKS = env.flag("WEBHOOKS", default=True)
WEBHOOK_HOSTS = [host.lower() for host in env.words("WEBHOOK_HOSTS")]
# A ZIP file of results that is larger is made by a job.
ZIP_STREAM_BYTES = env.whole("ZIP_STREAM_BYTES", 500_000_000)
# What tells Celery's workers, if any, that there is some.
BROKER = backends.broker(env)

# The test with people, real or fake: the folder of its photos, the networks with a vividness that
# are asked about (by default the site's own), pairs in a round, and whether everybody sees how
# often people were fooled.
REAL_OR_FAKE_PHOTOS = env.folder("REAL_OR_FAKE_PHOTOS", BASE_DIR / "real_or_fake/photos")
REAL_OR_FAKE_COLOURS = env.vividnesses("REAL_OR_FAKE_COLOURS")
REAL_OR_FAKE_PAIRS = env.whole("REAL_OR_FAKE_PAIRS", 20, least=2)
REAL_OR_FAKE_PUBLIC = env.flag("REAL_OR_FAKE_PUBLIC", False)
# Where its pairs are kept; everything in there can be made again.
REAL_OR_FAKE_DIR = DATA_DIR / "real_or_fake"

# How long a visitor's browser remembers the last photo, to save it after logging in.
CLAIM_MINUTES = env.whole("CLAIM_MINUTES", 60, least=1)
# Accounts: addresses are confirmed by email; accounts/guessing.py limits guessing of passwords.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "accounts.tokens.EndWithPassword"})
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "colorizer"
LOGOUT_REDIRECT_URL = "colorizer"
SESSION_ENGINE = "colorizer_site.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
REGISTRATION = env.flag("REGISTRATION", True)
STAFF_TWO_FACTOR = env.flag("STAFF_TWO_FACTOR", False)
# The administrator that `manage.py prepare` creates if there is no such user.
ADMIN_USER = env.text("ADMIN_USER")
ADMIN_EMAIL = env.text("ADMIN_EMAIL")
ADMIN_PASSWORD = env.secret("ADMIN_PASSWORD")
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
# Seconds after entering the password in which sensitive pages do not ask for it again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Image Colorizer: "
ACCOUNT_FORMS = {
    "login": "accounts.forms.Login",
    "signup": "accounts.forms.Register",
    "add_email": "accounts.forms.ChangeEmail",
    "change_password": "accounts.forms.ChangePassword",
    "set_password": "accounts.forms.SetPassword",
    "reset_password": "accounts.forms.AskForReset",
    "reset_password_from_key": "accounts.forms.ResetPassword",
    "reauthenticate": "accounts.forms.ConfirmByPassword",
}
# Logging in by an OpenID Connect provider. People still choose their username here.
SOCIALACCOUNT_PROVIDERS = provider.openid_connect(env)
OIDC_ORIGINS = provider.origins(env.url("OIDC_SERVER_URL"))
SOCIALACCOUNT_ADAPTER = "accounts.provider.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.RegisterByProvider"}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Image Colorizer"
MFA_FORMS = {
    "authenticate": "accounts.forms.LoginCode",
    "reauthenticate": "accounts.forms.ConfirmByCode",
    "activate_totp": "accounts.forms.ActivateApp",
}

# Emails are stored as work for a worker, which hands them to a server if one is set, else to a
# folder or the console.
EMAIL_BACKEND = "jobs.mail.LedgerBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", "starttls", ["none", "starttls", "tls"])
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = env.text("EMAIL_FOLDER")
EMAIL_DELIVERY = "jobs.delivery.SmtpBackend"
if not EMAIL_HOST:
    EMAIL_WAY = "filebased" if EMAIL_FILE_PATH else "console"
    EMAIL_DELIVERY = f"django.core.mail.backends.{EMAIL_WAY}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Image Colorizer <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Photos are worked on in memory (up to PHOTO_MAX_BYTES each). On their way in, the server in front
# puts long ones into temporary files without a name.
FILE_UPLOAD_HANDLERS = ["colorize.web.uploads.PhotoUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
# The gallery's form has a field for each selected picture.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2100

# The number of our own proxies in front. With 0, X-Forwarded-For is ignored.
ALLAUTH_TRUSTED_PROXY_COUNT = NUM_PROXIES = env.whole("NUM_PROXIES", 0)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["gallery.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "gallery.api.permissions.HasScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["gallery.api.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "colorize.web.negotiation.QualityNegotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [
        "gallery.api.throttles.PersonThrottle",
        "gallery.api.throttles.AddressThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "photos": env.rate("PHOTO_RATE", "60/min"),
        "person": env.rate("API_RATE", "600/min"),
        "address": env.rate("API_RATE_ANONYMOUS", "60/min"),
        "tokens": env.rate("TOKEN_RATE", "10/min"),
        "reports": env.rate("REPORT_RATE", "10/hour"),
        "rounds": env.rate("REAL_OR_FAKE_RATE", "20/hour"),
        "notify_to": f"{env.whole('NOTIFY_TO_ADDRESS', 5, least=1)}/day",
        "notify_from": f"{env.whole('NOTIFY_FROM_VISITOR', 10, least=1)}/day",
    },
    "EXCEPTION_HANDLER": "colorize.web.error_responses.answer_exception",
    "NUM_PROXIES": NUM_PROXIES,
    "UNAUTHENTICATED_USER": None,
    # `?format=` has no special meaning.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Image Colorizer",
    "VERSION": "1",
    "DESCRIPTION": "Colour photos, and manage the pictures in your gallery.",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Its syntax colours are hard to read.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "syntaxHighlight": False},
    "COMPONENT_SPLIT_REQUEST": True,
    "GET_LIB_DOC_EXCLUDES": "gallery.api.schema.docs_for_programmers",
    "PREPROCESSING_HOOKS": ["gallery.api.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gallery.api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Visibility": "gallery.models.Visibility",
        "Review": "gallery.models.Review",
        "Scope": "accounts.models.Scope",
        "JobState": "jobs.models.JobState",
        "ItemState": "jobs.models.ItemState",
        "TrueOrFalse": "gallery.api.options.TRUE_OR_FALSE",
    },
}

KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "imc_", "TOKEN_TTL": None}

# Only pages from these origins may call the endpoint from another site.
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/colorize$"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *filter(None, [MEDIA_REDIRECT])],
        "media-src": [SELF, "blob:", *filter(None, [MEDIA_REDIRECT])],
        "manifest-src": [SELF],
        # Chromium asks for it also where the answer to a form leads.
        "form-action": [SELF, *OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# With HTTPS: secure cookies, plain requests are redirected, and browsers remember it.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 0)
# For this host only, unless all hosts of the domain have HTTPS.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": True,
}

# Figures for Prometheus, for these addresses; without any, there are none.
METRICS_FOR = env.networks("METRICS_FOR")
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_FOR:
    # Each process of the server writes its figures there; read when the library is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)
    METRICS_DIR.mkdir(exist_ok=True)
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

# Must come before anything is logged.
logging.setLogRecordFactory(logs.Record)
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOG_FORMAT = env.choice("LOG_FORMAT", logs.TEXT, [logs.TEXT, logs.JSON])
LOGGING = logs.to_console(LOG_LEVEL, LOG_FORMAT)
