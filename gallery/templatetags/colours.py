"""Names of colours for templates."""

from django import template

from colorize.engine.colour_names import name_of
from colorize.engine.hints import Hint

register = template.Library()


@register.filter
def colour_name(hint: Hint) -> str:
    """Of a hint that names a colour."""
    return name_of(*hint.lab)
