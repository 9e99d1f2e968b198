"""How a gallery of 100,000 pictures answers beside one of 100, and what a large ZIP takes."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

# A database and a folder of its own, before the settings are read.
FOLDER = tempfile.TemporaryDirectory(prefix="gallery-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "colorizer_site.settings", "DATA_DIR": FOLDER.name}
os.environ |= {"MEDIA_ROOT": "", "MEDIA_BUCKET": "", "LOG_LEVEL": "ERROR"}
os.environ["STATIC_ROOT"] = f"{FOLDER.name}/static"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from gallery.maintenance.sample_data import WORDS, fill
from gallery.models import Picture, Review, Visibility
from gallery.models.pictures import PictureQuerySet
from gallery.paging import ORDERS, encode, length, page_of
from gallery.services.albums import make_album
from gallery.services.quota import usage
from tests.queries import asked_by

SIZES = (100, 100_000)
PAGE = 48
DEEP = 0.4
ZIPPED = 1000
# What a colour photo of a phone takes.
RESULT_BYTES = 500_000
SETUP = "import django; django.setup(); from gallery.models import Picture as P\n"
OURS = (
    SETUP + "from gallery.services.zips import zip_of\nfor piece in zip_of(P.objects.all()): pass"
)
NAIVE = SETUP + (
    "import io, zipfile\n"
    "with zipfile.ZipFile(buffer := io.BytesIO(), 'w') as file:\n"
    "    for p in P.objects.all():\n"
    "        file.writestr(str(p.pk), p.shown.result.read())\n"
    "whole = buffer.getvalue()"
)
PEAK = """
import re, pathlib
print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
"""

Ask = Callable[[], Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.gallery", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="times that each question is asked")
    parser.add_argument("--most", type=int, default=SIZES[1], help="pictures of the large gallery")
    options = parser.parse_args()
    call_command("prepare")
    zips()
    sizes = (SIZES[0], options.most)
    columns = [measure(count, options.rounds) for count in sizes]
    print(f"\n{'':26}{sizes[0]:>12,}{sizes[1]:>16,} pictures")
    for name in columns[0]:
        (few, first), (many, second) = (column[name] for column in columns)
        print(
            f"{name:26}{first:9.2f} ms{second:13.2f} ms   {second / first:6.1f} times"
            f"   {few} and {many} queries"
        )


def zips() -> None:
    person = User.objects.create_user("zips")
    make(person, ZIPPED)
    for (name,) in Picture.objects.values_list("current__result").distinct():
        (Path(FOLDER.name) / "media" / name).write_bytes(os.urandom(RESULT_BYTES))
    idle, ours, naive = (peak(script) for script in (SETUP, OURS, NAIVE))
    print(f"ZIP of {ZIPPED} results, {ZIPPED * RESULT_BYTES / 1e6:.0f} MB: peak of a fresh process")
    print(f"  idle {idle:.0f} MB, streamed {ours:.0f} MB, built in memory {naive:.0f} MB")
    print(f"  above idle: {ours - idle:.1f} and {naive - idle:.0f} MB")
    person.delete()


def peak(script: str) -> float:
    """MB; not ru_maxrss, for a child begins with its parent's."""
    command = [sys.executable, "-c", script + PEAK]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) * 1024 / 1e6


def make(person: User, count: int) -> None:
    for _ in fill(person, count, few_files=True):
        pass


def spread(person: User) -> None:
    """An eighth each is public, waits for review, lies in the bin, and is in an album."""
    mine, public = Picture.objects.owned_by(person), {"visibility": Visibility.PUBLIC}
    of = {word: mine.filter(title__startswith=word) for word in WORDS}
    of["Harbour"].update(**public, review=Review.APPROVED, published_at=F("created_at"))
    of["Market"].update(**public, review=Review.WAITING)
    of["Garden"].update(deleted_at=F("created_at"))
    of["Church"].update(album=make_album(person, "Churches"))


def measure(count: int, rounds: int) -> dict[str, tuple[int, float]]:
    """Queries and the median of milliseconds, by question."""
    person = User.objects.create_user(f"{count} pictures")
    start = time.perf_counter()
    make(person, count)
    spread(person)
    print(f"{count:,} pictures made in {time.perf_counter() - start:.1f} s")
    asked = questions(person, count)
    if count > SIZES[0]:
        show_plans(asked)
    return {name: ask(question, rounds) for name, question in asked.items()}


def questions(person: User, count: int) -> dict[str, Ask]:
    pictures = Picture.objects.select_related("current", "album")
    mine, public = pictures.owned_by(person).present(), pictures.public()
    album = person.albums.get()
    waiting = pictures.awaiting_review().order_by("created_at")
    return {
        "newest, first page": page(mine, "newest"),
        "newest, deep in": page(mine, "newest", int(count * DEEP)),
        "oldest, deep in": page(mine, "oldest", int(count * DEEP)),
        "by title, first page": page(mine, "title"),
        "by title, deep in": page(mine, "title", int(count * DEEP)),
        "search, many hits": page(mine.search("grandma"), "newest"),
        "search, one box": page(mine.search(f"box {count // 200}"), "newest"),
        "search, no hit": page(mine.search("nothing"), "newest"),
        "album, first page": page(mine.filter(album=album), "newest"),
        "public, first page": page(public, "published"),
        "public, deep in": page(public, "published", count // 16),
        "public, of a person": page(public.owned_by(person), "published"),
        "waiting for review": lambda: list(waiting[:PAGE]),
        "how many there are": counting(mine),
        "how many a search has": counting(mine.search("grandma")),
        "the bin": page(pictures.owned_by(person).binned(), "newest"),
        "usage": lambda: usage(person),
        **over_http(person),
    }


def page(pictures: PictureQuerySet, order: str, beyond: int = 0) -> Ask:
    """A page after the first `beyond` pictures."""
    cursor = ""
    if beyond:
        field, falling = ORDERS[order]
        sign = "-" if falling else ""
        last = pictures.order_by(f"{sign}{field}", f"{sign}id")[beyond - 1]
        cursor = encode(last, field)
    return lambda: page_of(pictures, order, cursor, PAGE)


def counting(pictures: PictureQuerySet) -> Ask:
    first = page_of(pictures, "newest", "", PAGE)
    return lambda: length(pictures, "newest", first)


def over_http(person: User) -> dict[str, Ask]:
    try:
        address = reverse("gallery")
    except NoReverseMatch:
        return {}
    browser = Client(headers={"host": "localhost"})
    browser.force_login(person)
    assert browser.get(address).status_code == 200
    return {"the page itself": lambda: browser.get(address)}


def ask(question: Ask, rounds: int) -> tuple[int, float]:
    queries = len(asked_by(question))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        question()
        times.append(time.perf_counter() - start)
    return queries, median(times) * 1000


def show_plans(questions: dict[str, Ask]) -> None:
    """How SQLite goes about the pictures: a SCAN or a sort is what indexes are to spare it."""
    for name, question in questions.items():
        for sql, params in asked_by(question):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps = [row[3] for row in cursor.fetchall()]
            pictures = [step for step in steps if "picture" in step or "B-TREE" in step]
            if pictures:
                print(f"  {name}: {'; '.join(pictures)}")


if __name__ == "__main__":
    main()
