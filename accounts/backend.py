"""The authentication backend: passwords and sessions."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from accounts.models import User
from accounts.people import person_named


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Always hashes exactly one password, so that the time does not reveal whether a name or
        address is known. (allauth tries known addresses twice.)"""
        password = credentials.get("password")
        if not password:
            return None
        user = person_named(credentials.get("username") or credentials.get("email") or "")
        if user is None:
            self._mitigate_timing_attack(password)
            return None
        found: User | None = self._check_password(user, password)
        return found

    def get_user(self, user_id: int) -> User | None:
        """The user, with the key of their authenticator app (or None) as `app`."""
        apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user=OuterRef("pk"))
        user = User.objects.annotate(app=Subquery(apps.values("pk")[:1])).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
