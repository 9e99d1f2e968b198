"""What a request asks of a new job, as a form or as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from colorize.web.forms import DeclaredForm
from gallery.api.base import checked
from gallery.api.fields import Strict


@dataclass(frozen=True)
class Asked:
    """`form` and `options`: read the declared options, of a form and of JSON; `words`: reads all
    other fields; `files`: the one with files."""

    form: Any
    options: Any
    words: type[Strict]
    files: str

    def of(self, request: Request) -> tuple[Any, dict[str, Any]]:
        """The options and the other fields. Raises a UserError or ValidationError."""
        is_form = hasattr(request.data, "lists")
        given: Any = request.data
        if is_form:
            given = request.POST.dict() | dict.fromkeys(set(request.FILES) - {self.files})
        names = names_of(self.form)
        beside = [self.files, *names] if is_form else names
        words = checked(self.words(data=without(given, names), context={"beside": beside}))
        if is_form:
            form = self.form(request.POST)
            if problem := form.problem():
                raise problem
            return form.options(), dict(words.validated_data)
        options = checked(self.options(data={name: given[name] for name in names if name in given}))
        return options.options(), dict(words.validated_data)


def names_of(form: type[DeclaredForm]) -> list[str]:
    return [option.name for option in form.declared]


def without(given: Any, names: Iterable[str]) -> Any:
    """Anything but an object is left to the serializer to refuse."""
    if not isinstance(given, dict):
        return given
    return {name: value for name, value in given.items() if name not in names}
