"""Whose turn it is: what is next, and where new items come in."""

from collections.abc import Collection

from jobs.models import Item
from jobs.models.items import ItemQuerySet


def turns(kind: str, priority: int, lane: str, count: int, weight: int = 1) -> range:
    """The turns of items that join. Lanes take turns: a lane's items follow its last one that
    waits, but never come before what is next now, so that ten thousand photos of one person do not
    keep another's three waiting (start-time fair queueing, Goyal et al. 1996). Kinds are apart,
    because some workers do only some of them."""
    waiting = Item.objects.waiting().filter(kind=kind, priority=priority, lane=lane)
    last = waiting.order_by("-turn").values_list("turn", flat=True).first() or 0
    first = max(current_turn(kind, priority), last) + weight
    return range(first, first + count * weight, weight)


def current_turn(kind: str, priority: int) -> int:
    """The turn of what is next of this kind; where none of it waits, of all kinds."""
    waiting = Item.objects.waiting().filter(priority=priority).order_by("turn")
    turns = waiting.values_list("turn", flat=True)
    first = turns.filter(kind=kind).first()
    return first if first is not None else turns.first() or 0


def next_kind(kinds: Collection[str], lowest: bool = False) -> str | None:
    """The kind of what is next, of these kinds; None if nothing waits. `lowest`: from the lowest
    priority that waits, not the highest."""
    waiting = Item.objects.waiting()
    if lowest and (priority := lowest_priority(waiting)) is not None:
        of_lowest = first_kind(waiting.filter(priority=priority), kinds)
        return of_lowest or first_kind(waiting, kinds)
    return first_kind(waiting, kinds)


def lowest_priority(waiting: ItemQuerySet) -> int | None:
    """None if nothing waits."""
    return waiting.order_by("priority").values_list("priority", flat=True).first()


def first_kind(waiting: ItemQuerySet, kinds: Collection[str]) -> str | None:
    head = waiting.in_order().values_list("kind", flat=True).first()
    if head is None or head in kinds:
        return head
    # One by one, each along its index: together the database would sort all that waits.
    order = ("priority", "turn", "pk", "kind")
    heads = (waiting.filter(kind=kind).in_order().values_list(*order).first() for kind in kinds)
    found = [(-head[0], *head[1:]) for head in heads if head]
    return min(found)[-1] if found else None
