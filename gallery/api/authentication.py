"""Token authentication: `Authorization: Bearer TOKEN`."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.models import Token, User
from colorize.web.storage import OptionalWrite
from gallery.api.throttles import GuessThrottle

# The last use is only for display, which is not worth a write for each request.
USE_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """Knox's tokens. An expired one no longer works, but stays in its owner's list."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        self.request = request
        found: tuple[User, Token] | None = super().authenticate(request)
        return found

    def authenticate_credentials(self, secret: bytes) -> tuple[User, Token]:
        """Only unknown tokens count as guesses. A working token always gets through, even if others
        guess from the same address: there are too many tokens to find one by guessing."""
        token = find(secret.decode("latin-1"))
        if token is None:
            count_guess(self.request)
        if token is None or token.is_expired or not token.user.is_active:
            raise AuthenticationFailed()
        with OptionalWrite():
            note_use(token)
        return token.user, token


def count_guess(request: Request) -> None:
    """Raises Throttled."""
    guesses = GuessThrottle()
    if not guesses.allow_request(request):
        raise Throttled(guesses.wait())


def find(secret: str) -> Token | None:
    """The token with this secret, expired or not."""
    rows = Token.objects.filter(digest=hash_token(secret)).select_related("user")
    found: Token | None = rows.first()
    return found


def note_use(token: Token) -> None:
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < USE_NOTED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    Token.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    token.last_used_at = now
