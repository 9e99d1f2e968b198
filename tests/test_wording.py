"""The tone of what people read: pages, emails, errors, help texts, docs, and in code docstrings and
comments, too. See docs/wording.md."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What names these words.
EXEMPT = ("docs/wording.md", "tests/test_wording.py")
ENDINGS = {".py", ".js", ".html", ".txt", ".md", ".example"}
# What to write instead of each, in the whole project.
ODD = {
    "who(so)?ever": "anyone who; the people who run this site",
    "anew": "again",
    "heed(s|ed)?": "respect",
    "has grown old": "has expired",
    "it is said": "who says it, and where",
    "e-mails?": "email",
    "colori[sz]ing|coloris(e|ed|es)|colouri[sz](e|ed|es|ing)": "colour, colouring",
    "to be had": "available",
    "must not be seen|may not be seen": "hidden; you don't have permission",
    "amiss": "wrong; a problem",
    "in hand": "in progress, being worked on",
    "(?<!there )(is|are|was) no (photos?|films?|ZIP|JSON|XMP|email)": "is not a",
}
# The same, in what the site says to its visitors.
ODD_ON_PAGES = {
    "register(ed|ing)?": "sign up",
    "sign in|log-in": "log in",
    "user names?": "username",
    "(present|old) password": "current password",
    "not good any more": "no longer works",
    "is not right": "is wrong; please check",
}
PAGES = (
    "templates/",
    "static/js/",
    "accounts/",
    "colorize/",
    "colorizer_site/",
    "gallery/",
    "jobs/",
    "real_or_fake/",
    "docs/",
    "README.md",
    "CHANGELOG.md",
    ".env.example",
)


def names() -> list[str]:
    """Of the files with words for people."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = [name for name in listed.stdout.splitlines() if not name.startswith(EXEMPT)]
    return [name for name in found if Path(name).suffix in ENDINGS]


def lines(name: str) -> Iterator[tuple[int, str]]:
    """With their numbers."""
    yield from enumerate((ROOT / name).read_text("utf-8").splitlines(), start=1)


def texts(name: str) -> Iterator[tuple[int, str]]:
    """Line numbers and texts; of code, its strings without docstrings."""
    if not name.endswith(".py"):
        yield from lines(name)
        return
    content = (ROOT / name).read_text("utf-8")
    tree = ast.parse(content)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield node.lineno, text


def odd_words(name: str, found: Iterable[tuple[int, str]], odd: dict[str, str]) -> Iterator[str]:
    for line, text in found:
        for words, better in odd.items():
            for word in re.finditer(rf"\b({words})\b(?!-)", text, re.IGNORECASE):
                yield f"{name}:{line}: “{word[0]}”. Better: {better}"


def test_nothing_reads_like_a_translation() -> None:
    found = [word for name in names() for word in odd_words(name, lines(name), ODD)]
    assert not found, "See docs/wording.md:\n" + "\n".join(found)


def test_the_site_has_one_word_for_each_thing() -> None:
    pages = [name for name in names() if name.startswith(PAGES)]
    found = [word for name in pages for word in odd_words(name, texts(name), ODD_ON_PAGES)]
    assert pages and not found, "See docs/wording.md:\n" + "\n".join(found)


def test_an_email_begins_with_a_capital_letter_after_hello() -> None:
    emails = [path for path in (ROOT / "templates").rglob("*.txt") if "Hello," in path.read_text()]
    small = re.compile(r"Hello,\s+({%[^%]*%})*[a-z]")
    assert emails and not [path.name for path in emails if small.search(path.read_text())]
