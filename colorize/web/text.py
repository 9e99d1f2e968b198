"""What a name may be made of: titles, names of albums and tokens, for page and API alike."""

import unicodedata
from typing import Any

from django import forms

# Controls, what turns the direction of the text after it, halves of letters, breaks of lines.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Persian words and some emoji are held together by them.
JOINERS = "\u200c\u200d"


def plain(text: str) -> str:
    """On one line, and without signs that nobody sees, for they can make a name look like another
    one or mix up the line that it stands in."""
    line = " ".join(text.expandtabs(1).splitlines())
    seen = (c for c in line if c in JOINERS or unicodedata.category(c) not in UNSEEN)
    return "".join(seen).strip()


class LineField(forms.CharField):
    """A title or another name."""

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")
