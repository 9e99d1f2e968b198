"""Cleaning of titles and names, for pages and API alike."""

import unicodedata
from typing import Any

from django import forms

from colorize.engine.metadata.fields import JOINERS

# Unicode categories: controls, invisible formatting, lone surrogates, line and paragraph breaks.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def plain(text: str) -> str:
    """One line without invisible characters: they can make a name look like another one, or mess
    up the text around it."""
    line = " ".join(text.expandtabs(1).splitlines())
    seen = (c for c in line if c in JOINERS or unicodedata.category(c) not in UNSEEN)
    return "".join(seen).strip()


class LineField(forms.CharField):
    """A title or another name."""

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")
