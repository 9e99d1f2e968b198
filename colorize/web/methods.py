"""Which methods a page takes, for itself and for what comes before it."""

from collections.abc import Callable
from typing import Any

from django.views.decorators.http import require_http_methods

View = Callable[..., Any]
# Django's admin says nothing, and takes whatever is no POST for a GET.
OF_THE_ADMIN = frozenset({"GET", "HEAD", "OPTIONS", "POST"})


def allow_methods(*methods: str) -> Callable[[View], View]:
    """Decorator for views that are functions: 405 for all other methods.

    Unlike Django's `require_http_methods`, it lets `methods_of` know.
    """

    def decorate(view: View) -> View:
        decorated: Any = require_http_methods(methods)(view)
        decorated.methods = frozenset(methods)
        return decorated  # type: ignore[no-any-return]

    return decorate


def methods_of(view: View) -> frozenset[str] | None:
    """What a view takes, in capital letters; None if it does not say."""
    if view_class := getattr(view, "view_class", None):
        named = [name for name in view_class.http_method_names if hasattr(view_class, name)]
        return frozenset(name.upper() for name in named) | ({"HEAD"} if "get" in named else set())
    if hasattr(view, "model_admin") or hasattr(view, "admin_site"):
        return OF_THE_ADMIN
    return getattr(view, "methods", None)
