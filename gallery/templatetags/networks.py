"""Titles of networks for templates."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def network_title(name: str, networks: Iterable[Any]) -> str:
    """`networks`: entries of the manifest. Falls back to the name of a network that is gone."""
    return next((entry.title for entry in networks if entry.name == name), name)


@register.filter
def takes_hints(name: str, networks: Iterable[Any]) -> bool:
    """Whether a network that is still there takes colour hints."""
    return any(entry.hints for entry in networks if entry.name == name)
