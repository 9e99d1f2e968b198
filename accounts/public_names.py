"""Names of people: how they are kept, and which of them would be taken for one another."""

import re
import unicodedata

from django.core.exceptions import ValidationError

ONE_SCRIPT = "Use letters of one script only, for instance all Latin or all Cyrillic ones."
NO_ADDRESS = "A user name is no e-mail address. Use letters, digits and . + - _"
TAKEN = "This name is taken, or looks like one that is. Choose another one."

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


def user_name(name: str) -> str:
    """As it is kept. Raises ValidationError where nobody may have it; whether it is taken is for
    models.people to say."""
    kept = normalised(name)
    if "@" in kept:
        raise ValidationError(NO_ADDRESS)
    one_script(kept)
    return kept


def script(letter: str) -> str:
    """By the first word of its name in Unicode."""
    word = re.split("[ -]", unicodedata.name(letter, "UNKNOWN"))[0]
    return TOGETHER[0] if word in TOGETHER else word
