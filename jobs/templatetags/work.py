"""Whether anything is done at all, and films in particular."""

from django import template

from colorize import films
from jobs.models import Item, Worker

register = template.Library()


@register.simple_tag
def worker_is_here() -> bool:
    """Whether a worker was seen within the last minute."""
    return Worker.objects.present().exists()


@register.simple_tag
def items_waiting() -> int:
    return Item.objects.unfinished().count()


@register.simple_tag
def films_are_on() -> bool:
    return films.are_on()
