"""Settings of the OpenID Connect provider by which people may log in."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from colorizer_site.env import Env


def openid_connect(env: Env) -> dict[str, Any]:
    """What allauth wants to know, by its names; nothing without OIDC_SERVER_URL. Raises
    ImproperlyConfigured."""
    server, name = env.url("OIDC_SERVER_URL"), env.text("OIDC_NAME")
    client, secret = env.text("OIDC_CLIENT_ID"), env.secret("OIDC_CLIENT_SECRET")
    if not (server or client or secret):
        return {}
    if not (server and client and secret):
        raise ImproperlyConfigured(
            "OIDC_SERVER_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all "
            "three, or none. See .env.example."
        )
    app = {
        "provider_id": named(server),
        "name": name or urlsplit(server).hostname,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def named(server: str) -> str:
    """The name under which accounts remember the provider, also part of the address to which it
    sends people back: login.example.org-realms-family. Another provider may use the same number for
    another person, so the number alone is not enough."""
    parts = urlsplit(server)
    return re.sub(r"[^\w.-]+", "-", f"{parts.netloc}{parts.path}").strip("-").lower()


def origins(server: str) -> list[str]:
    """Where the forms that lead to the provider may end: browsers ask for its origin."""
    parts = urlsplit(server)
    return [f"{parts.scheme}://{parts.netloc}"] if server else []
