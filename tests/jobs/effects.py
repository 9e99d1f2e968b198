"""A kind of work whose effects can be counted, for workers that are killed in the middle of it."""

import os
import time

from django.db import connection

from jobs.registry import Kind, register
from jobs.work import Work

# `effects`: what was done; `attempts`: what was begun, and by which process.
TABLES = ("effects (item bigint)", "attempts (item bigint, process bigint, at double precision)")


def run(work: Work) -> None:
    note("attempts", work.item.pk, os.getpid(), time.time())
    time.sleep(work.item.payload["seconds"])
    with work.finish():
        note("effects", work.item.pk)


def note(table: str, *values: float) -> None:
    places = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} VALUES ({places})", values)


EFFECT = register(Kind("effect", "Effect", run))
