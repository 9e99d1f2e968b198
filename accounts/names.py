"""What people are called: how names are kept, and which of them would be taken for one another.

A user name is what somebody logs in with, a public name what their public pictures are shown under.
"""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

USER_NAME = (
    "Use letters, digits and . + - _, beginning with a letter or digit. "
    "An email address can’t be a user name."
)
PUBLIC_NAME = "Use 3 to 40 letters, digits, spaces and . ' - _, beginning with a letter or digit."
ONE_SCRIPT = "Use letters of one script only: all Latin, for example, or all Cyrillic."
TAKEN = "This name is taken, or looks too much like one that is. Please choose another."

# Scripts that are written together.
TOGETHER = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
# Cyrillic, Greek and rare Latin letters that look like plain ones, small or as capitals (Unicode's
# confusables.txt).
LOOKALIKES = str.maketrans(
    "авьсԁеҽԍнһіꙇјкӏморԛгѕтѵԝѡхүу" + "αβεϝηιϳκμνορτχυζ" + "ɑᴄɡıɩɪᴏʀꜱᴜᴠᴡʏᴢ",
    "abbcdeeghhiijklmopqrstvwwxyy" + "abefhijkmnoptxyz" + "acgiiiorsuvwyz",
)


def normalised(name: str) -> str:
    """The same letters and spaces are written the same way."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def address_of(name: str) -> str:
    """For an address: letters and digits, with a hyphen between the words."""
    return re.sub(r"[\W_]+", "-", name).strip("-")


def key_of(name: str) -> str:
    """What all names have in common that look like this one, or differ from it only by case or by
    what stands between the words. A name and its address have the same."""
    letters = unicodedata.normalize("NFKD", name).casefold().translate(LOOKALIKES)
    return address_of(unicodedata.normalize("NFKC", letters))


def check_user_name(name: str) -> None:
    """Raises ValidationError."""
    check(name, r"[^\W_][\w.+-]*", USER_NAME)


def check_public_name(name: str) -> None:
    """Raises ValidationError."""
    check(name, r"[^\W_][\w .'’-]{1,38}[\w.]", PUBLIC_NAME)


def check(name: str, pattern: str, rule: str) -> None:
    """Raises ValidationError, with the rule, where a name is made of something else, or mixes
    scripts."""
    if not re.fullmatch(pattern, name):
        raise ValidationError(rule)
    if len({script(letter) for letter in name if letter.isalpha()}) > 1:
        raise ValidationError(ONE_SCRIPT)


def script(letter: str) -> str:
    """By the first word of its name in Unicode."""
    word = re.split("[ -]", unicodedata.name(letter, "UNKNOWN"))[0]
    return TOGETHER[0] if word in TOGETHER else word


class NameField(models.CharField):  # type: ignore[type-arg]
    """A name of which no look-alike is given to anybody else: what they have in common is kept in
    the model's field NAME_key, which is unique (a casefolded letter is three at most)."""

    default_error_messages = {"unique": TAKEN}

    def clean(self, value: Any, model_instance: Any) -> Any:
        """Normalised. Raises ValidationError, also where somebody else than the instance has such
        a name."""
        name = super().clean(value and normalised(value), model_instance)
        if name and self.is_taken(name, model_instance):
            raise ValidationError(self.error_messages["unique"], code="unique")
        return name

    def is_taken(self, name: str, model_instance: Any) -> bool:
        others = self.model._default_manager.exclude(pk=model_instance and model_instance.pk)
        return others.filter(**{f"{self.name}_key": key_of(name)}).exists()
