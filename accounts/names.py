"""Usernames and public names: how they are normalised, and which of them look alike.

People log in with their username; their public pictures are shown with their public name.
"""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

USER_NAME = (
    "Use letters, digits and . + - _, beginning with a letter or digit. "
    "An email address can’t be a username."
)
PUBLIC_NAME = "Use 3 to 40 letters, digits, spaces and . ' - _, beginning with a letter or digit."
ONE_SCRIPT = "Use letters of one script only: all Latin, for example, or all Cyrillic."
TAKEN = "This name is taken, or looks too much like one that is. Please choose another."

# Scripts that can be mixed in a name.
TOGETHER = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
# Cyrillic, Greek and rare Latin letters that look like plain Latin ones, in lower or upper case
# (from Unicode's confusables.txt).
LOOKALIKES = str.maketrans(
    "авьсԁеҽԍнһіꙇјкӏморԛгѕтѵԝѡхүу" + "αβεϝηιϳκμνορτχυζ" + "ɑᴄɡıɩɪᴏʀꜱᴜᴠᴡʏᴢ",
    "abbcdeeghhiijklmopqrstvwwxyy" + "abefhijkmnoptxyz" + "acgiiiorsuvwyz",
)


def normalised(name: str) -> str:
    """The name with letters and spaces in their normal form."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def address_of(name: str) -> str:
    """The name for a URL: letters and digits, with hyphens between words."""
    return re.sub(r"[\W_]+", "-", name).strip("-")


def key_of(name: str) -> str:
    """A key that is equal for names that look alike, or differ only in case or in what separates
    their words. A name and its URL form have the same key."""
    letters = unicodedata.normalize("NFKD", name).casefold().translate(LOOKALIKES)
    return address_of(unicodedata.normalize("NFKC", letters))


def check_user_name(name: str) -> None:
    """Raises ValidationError."""
    check(name, r"[^\W_][\w.+-]*", USER_NAME)


def check_public_name(name: str) -> None:
    """Raises ValidationError."""
    check(name, r"[^\W_][\w .'’-]{1,38}[\w.]", PUBLIC_NAME)


def check(name: str, pattern: str, rule: str) -> None:
    """Raises ValidationError, with the rule, for other characters or mixed scripts."""
    if not re.fullmatch(pattern, name):
        raise ValidationError(rule)
    if len({script(letter) for letter in name if letter.isalpha()}) > 1:
        raise ValidationError(ONE_SCRIPT)


def script(letter: str) -> str:
    """The script of a letter, from the first word of its Unicode name."""
    word = re.split("[ -]", unicodedata.name(letter, "UNKNOWN"))[0]
    return TOGETHER[0] if word in TOGETHER else word


class NameField(models.CharField):  # type: ignore[type-arg]
    """A name without look-alikes among other people. Its key is in the model's unique field
    NAME_key (casefolding turns a letter into at most three)."""

    default_error_messages = {"unique": TAKEN}

    def clean(self, value: Any, model_instance: Any) -> Any:
        """The normalised name. Raises ValidationError, also if someone else has a look-alike."""
        name = super().clean(value and normalised(value), model_instance)
        if name and self.is_taken(name, model_instance):
            raise ValidationError(self.error_messages["unique"], code="unique")
        return name

    def is_taken(self, name: str, model_instance: Any) -> bool:
        others = self.model._default_manager.exclude(pk=model_instance and model_instance.pk)
        return others.filter(**{f"{self.name}_key": key_of(name)}).exists()
