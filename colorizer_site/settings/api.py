"""The API, its limits and its documentation."""

from typing import Any

from colorizer_site.settings.environment import env
from colorizer_site.settings.server import NUM_PROXIES

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
