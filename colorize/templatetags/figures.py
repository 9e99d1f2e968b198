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


@register.filter
def spoken(seconds: float) -> str:
    """The length of a film for screen readers, such as “1 hour 5 seconds”."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    parts = {"hour": hours, "minute": minute, "second": second}
    words = [f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in parts.items() if n]
    return " ".join(words) or "less than a second"
