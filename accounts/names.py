"""What people are called: how names are kept, and which of them would be taken for one another.

A user name is what somebody logs in with, a public name what their public pictures are shown under.
"""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

ONE_SCRIPT = "Use letters of one script only, for instance all Latin or all Cyrillic ones."
NO_ADDRESS = "A user name is no e-mail address. Use letters, digits and . + - _"
TAKEN = "This name is taken, or looks like one that is. Choose another one."

USER_NAME = RegexValidator(r"^[\w.+-]+\Z", NO_ADDRESS)
PUBLIC_NAME = RegexValidator(
    r"^[\w-]{3,40}\Z", "Use 3 to 40 letters, digits, hyphens or underscores, and no spaces."
)

# Scripts that are written together.
TOGETHER = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
# Cyrillic, Greek and rare Latin letters that look like plain ones, small or as capitals (Unicode's
# confusables.txt).
LOOKALIKES = str.maketrans(
    "авьсԁеҽԍнһіꙇјкӏморԛгѕтѵԝѡхүу" + "αβεϝηιϳκμνορτχυζ" + "ɑᴄɡıɩɪᴏʀꜱᴜᴠᴡʏᴢ",
    "abbcdeeghhiijklmopqrstvwwxyy" + "abefhijkmnoptxyz" + "acgiiiorsuvwyz",
)


def normalised(name: str) -> str:
    """The same letters are written the same way."""
    return unicodedata.normalize("NFKC", name)


def key_of(name: str) -> str:
    """What all names have in common that look like this one, or differ from it by case only."""
    letters = unicodedata.normalize("NFKD", name).casefold().translate(LOOKALIKES)
    return unicodedata.normalize("NFKC", letters)


def one_script(name: str) -> None:
    """Raises ValidationError where a name mixes scripts."""
    if len({script(letter) for letter in name if letter.isalpha()}) > 1:
        raise ValidationError(ONE_SCRIPT)


def script(letter: str) -> str:
    """By the first word of its name in Unicode."""
    word = re.split("[ -]", unicodedata.name(letter, "UNKNOWN"))[0]
    return TOGETHER[0] if word in TOGETHER else word


class NameField(models.CharField):  # type: ignore[type-arg]
    """A name of which no look-alike is given to anybody else: what they have in common is kept in
    the model's field NAME_key, which is unique (a casefolded letter is three at most)."""

    def clean(self, value: Any, model_instance: Any) -> Any:
        """Normalised. Raises ValidationError, also where somebody else than the instance has such
        a name."""
        name = super().clean(value and normalised(value), model_instance)
        if name and self.is_taken(name, model_instance):
            raise ValidationError(TAKEN, code="unique")
        return name

    def is_taken(self, name: str, model_instance: Any) -> bool:
        others = self.model._default_manager.exclude(pk=model_instance and model_instance.pk)
        return others.filter(**{f"{self.name}_key": key_of(name)}).exists()
