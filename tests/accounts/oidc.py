"""A small OpenID Connect provider on this machine, which says of people what it is told to."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from colorizer_site.env import Env
from colorizer_site.provider import openid_connect, origins

CLIENT, SECRET = "the-site", "a secret between the two, which is long enough"


class Provider:
    """`claims`: about the next person who logs in; `asked`: what the site has asked for, last."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.audience, self.signs_as = CLIENT, ""
        self.url = ""

    def configuration(self) -> dict[str, Any]:
        ends = ("authorization", "token", "userinfo")
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **{f"{end}_endpoint": f"{self.url}/{end}" for end in ends},
        }

    def authorize(self, address: str) -> dict[str, str]:
        """The person logs in; what their browser then takes back to the site."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"code": "a-code", "state": self.asked["state"]}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """None for another client, or one that cannot prove that it has asked."""
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        is_right = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not is_right or challenge != self.asked["code_challenge"]:
            return None
        now = int(time.time())
        about = {"iss": self.signs_as or self.url, "aud": self.audience, "iat": now}
        signed = jwt.encode(about | {"exp": now + 60} | self.claims, SECRET, "HS256")
        return {"access_token": "a-token", "token_type": "Bearer", "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        if self.path.startswith("/authorization?"):
            self.send_back()
            return
        pages = {
            "/.well-known/openid-configuration": self.provider.configuration(),
            "/userinfo": self.provider.claims,
        }
        self.answer(pages.get(self.path))

    def send_back(self) -> None:
        """The browser, with somebody who is logged in already."""
        answer = self.provider.authorize(self.path)
        self.send_response(302)
        self.send_header("Location", f"{self.provider.asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(self.provider.token({k: v[0] for k, v in parse_qs(body).items()}))

    def answer(self, content: Any) -> None:
        body = json.dumps(content or {"error": "invalid_request"}).encode()
        self.send_response(200 if content else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    handler = type("OfThisProvider", (Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield provider
        server.shutdown()


def use(settings: Any, url: str) -> None:
    """As if these were the site's settings."""
    given = {
        "OIDC_SERVER_URL": url,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "Family login",
    }
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect(Env(given))
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    forms = {"form-action": [*directives["form-action"], *origins(url)]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | forms}
