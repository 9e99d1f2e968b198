"""Template filters that format numbers for people."""

from django import template

from colorize.engine.video.errors import clock

register = template.Library()
# Seconds of a film, such as 1:05.
register.filter(clock)

UNITS = {"GB": 10**9, "MB": 10**6, "kB": 10**3}


@register.filter
def size(number: int) -> str:
    """Bytes in decimal units (1 kB = 1000 bytes), like the settings and the makers of disks."""
    for unit, worth in UNITS.items():
        if number >= worth:
            return f"{number / worth:,.1f}".removesuffix(".0") + f"\N{NO-BREAK SPACE}{unit}"
    return f"{number}\N{NO-BREAK SPACE}bytes"


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}"
