"""Where the site listens, by which names it is reached, and how safely."""

from csp.constants import NONE, SELF

from colorizer_site import env as environment
from colorizer_site.server import addresses
from colorizer_site.settings.accounts import OIDC_ORIGINS
from colorizer_site.settings.environment import env
from colorizer_site.settings.storage import MEDIA_REDIRECT

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
CSRF_FAILURE_VIEW = "colorizer_site.error_views.form_refused"
# The start of links in emails. Never taken from a request: its Host can be forged.
SITE_URL = env.origin("SITE_URL") or environment.guessed_origin(ALLOWED_HOSTS, HTTPS, PORT)

# The number of our own proxies in front. With 0, X-Forwarded-For is ignored.
ALLAUTH_TRUSTED_PROXY_COUNT = NUM_PROXIES = env.whole("NUM_PROXIES", 0)

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
