"""Colour hints in the API: a list of objects; see colorize/engine/hints.py."""

from typing import Any

from rest_framework import serializers

from colorize.engine.hints import COLOUR, GREY, KEEP, MOST_HINTS, Hint, checked, rounded
from gallery.api.fields import Share, Strict

COLOURS = rf"^({COLOUR}|{GREY}|{KEEP})\Z"


class PlaceField(serializers.ListField):
    """[x, y]."""

    def __init__(self, **words: Any) -> None:
        share = Share(min_value=0, max_value=1)
        super().__init__(child=share, min_length=2, max_length=2, **words)


class HintSerializer(Strict):
    """What colour a place is."""

    x = Share(min_value=0, max_value=1, help_text="Across the result, from the left.")
    y = Share(min_value=0, max_value=1, help_text="Down the result, from the top.")
    colour = serializers.RegexField(
        COLOURS,
        help_text=f"#rrggbb, of which only a and b of CIE Lab count, “{GREY}”, or “{KEEP}” for "
        "what the network says there.",
        error_messages={"invalid": f"it is #rrggbb, {GREY} or {KEEP}."},
    )

    path = serializers.ListField(
        child=PlaceField(),
        max_length=MOST_HINTS,
        required=False,
        help_text="More places of that colour, along a line: each x and y.",
    )

    def to_internal_value(self, data: Any) -> Hint:
        read = super().to_internal_value(data)
        places = [(read["x"], read["y"]), *read.get("path", ())]
        (x, y), *path = [(rounded(x), rounded(y)) for x, y in places]
        return Hint(x, y, read["colour"].lower(), tuple(path))

    def to_representation(self, instance: Hint) -> dict[str, Any]:
        return instance.as_dict()


class HintsField(serializers.ListField):
    def __init__(self, **words: Any) -> None:
        super().__init__(child=HintSerializer(), max_length=MOST_HINTS, **words)

    def to_internal_value(self, data: Any) -> Any:
        """A tuple of hints. Too many are refused before each of them is looked at."""
        if isinstance(data, list) and len(data) > MOST_HINTS:
            raise serializers.ValidationError(f"there are more than {MOST_HINTS} hints.")
        try:
            return checked(super().to_internal_value(data))
        except serializers.ValidationError as problem:
            raise serializers.ValidationError(said(problem.detail)) from problem
        except ValueError as problem:
            raise serializers.ValidationError(str(problem)) from problem


def said(wrong: Any, one: str = "hint") -> str:
    """What is wrong with a list of hints, in one sentence: “hint 2: “colour”: it is …”. `one`: what
    one of them is called."""
    if not isinstance(wrong, dict):
        return str(wrong[0])
    place, reason = next(iter(wrong.items()))
    if place == "non_field_errors":
        return said(reason)
    name = f"{one} {place + 1}" if isinstance(place, int) else f"“{place}”"
    return f"{name}: {said(reason, 'place')}"
