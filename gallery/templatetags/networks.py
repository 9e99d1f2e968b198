"""What the networks are called."""

from django import template

from colorize.forms import available_networks

register = template.Library()


@register.filter
def network_title(name: str) -> str:
    """Of one that is not there any more, the name is all that is known."""
    titles = {entry.name: entry.title for entry in available_networks()}
    return titles.get(name, name)
