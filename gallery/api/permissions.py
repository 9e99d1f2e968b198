"""Permissions of tokens."""

from django.views import View
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Scope


class HasScope(BasePermission):
    """Read-only tokens can only read."""

    message = "this token is read-only. Create one that can read and write."

    def has_permission(self, request: Request, view: View) -> bool:
        return request.method in SAFE_METHODS or may_write(request)


def may_write(request: Request) -> bool:
    return getattr(request.auth, "scope", Scope.WRITE) == Scope.WRITE
