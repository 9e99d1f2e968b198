"""What the networks are called."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def network_title(name: str, networks: Iterable[Any]) -> str:
    """`networks`: entries of the manifest. Of one that is not there any more, the name is all that
    is known."""
    return next((entry.title for entry in networks if entry.name == name), name)
