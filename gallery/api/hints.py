"""Colour hints in the API: a list of objects; see colorize/engine/hints.py."""

from typing import Any

from rest_framework import serializers

from colorize.engine.hints import COLOUR, GREY, KEEP, MOST_HINTS, Hint, rounded
from gallery.api.fields import Share, Strict

COLOURS = rf"^({COLOUR}|{GREY}|{KEEP})\Z"


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

    def to_internal_value(self, data: Any) -> Hint:
        read = super().to_internal_value(data)
        return Hint(rounded(read["x"]), rounded(read["y"]), read["colour"].lower())


class HintsField(serializers.ListField):
    def __init__(self, **words: Any) -> None:
        super().__init__(child=HintSerializer(), max_length=MOST_HINTS, **words)

    def to_internal_value(self, data: Any) -> Any:
        """A tuple of hints. Too many are refused before each of them is looked at."""
        if isinstance(data, list) and len(data) > MOST_HINTS:
            raise serializers.ValidationError(f"there are more than {MOST_HINTS} hints.")
        try:
            return tuple(super().to_internal_value(data))
        except serializers.ValidationError as problem:
            raise serializers.ValidationError(said(problem.detail)) from problem


def said(wrong: Any) -> str:
    """What is wrong with a list of hints, in one sentence: “hint 2: “colour”: it is …”."""
    if not isinstance(wrong, dict):
        return str(wrong[0])
    place, reason = next(iter(wrong.items()))
    if place == "non_field_errors":
        return said(reason)
    return f"{f'hint {place + 1}' if isinstance(place, int) else f'“{place}”'}: {said(reason)}"
