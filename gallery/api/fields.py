"""Strict fields: they take their own type only and convert nothing, so “1” is not a number."""

import sys
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from colorize.web.text import plain


class Strict(serializers.Serializer[Any]):
    """Refuses unknown fields, so that typos do not go unnoticed. `beside` in its context: the names
    of those that are read elsewhere."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            known = ", ".join([*self.context.get("beside", []), *self.fields])
            raise serializers.ValidationError(
                {unknown[0]: [f"unknown field. Known fields: {known}."]}
            )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Name(Text):
    def run_validation(self, data: Any = empty) -> Any:
        return super().run_validation(plain(data) if isinstance(data, str) else data)


class Word(serializers.ChoiceField):
    """One of a few strings."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Number(serializers.ChoiceField):
    """One of a few whole numbers."""

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int:
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Days(serializers.IntegerField):
    """A number of days; null means for ever."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Share(serializers.FloatField):
    """A number within bounds."""

    def to_internal_value(self, data: Any) -> float:
        # An integer may be too large to be a float; to be compared, it need not be one.
        if type(data) not in (int, float) or not abs(data) <= sys.float_info.max:
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Key(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.URI)
class Link(serializers.ReadOnlyField):
    """A URL made by the serializer."""
