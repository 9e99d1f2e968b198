"""A kind of work for workers in processes of their own: it takes time, and leaves a trace."""

import os
import time
from pathlib import Path

from django.apps import AppConfig
from django.db import connection

TABLE = "CREATE TABLE traces (item bigint, worker bigint, what varchar(10), at double precision)"


class WorkConfig(AppConfig):
    name = "tests.jobs"
    label = "tests_of_jobs"

    def ready(self) -> None:
        from jobs.registry import Kind, Rest, register
        from jobs.work import Work

        def run(work: Work) -> Rest:
            """`seconds`: how long it takes; `is_deaf`: whether it never looks if it is wanted."""
            trace(work.item.pk, "begun")
            end = time.monotonic() + work.item.payload.get("seconds", 0)
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(left, 0.05))
                if not work.item.payload.get("is_deaf"):
                    work.check()

            def store() -> None:
                with work.finish() as result:
                    trace(work.item.pk, "effect")
                    result["worker"] = os.getpid()

            return store

        register(Kind("chore", "Chore", run))
        if folder := os.environ.get("MADE_UP_FILMS"):
            from tests.jobs import reels

            reels.use(marks=Path(folder))


def trace(item: int, what: str) -> None:
    with connection.cursor() as cursor:
        row = (item, os.getpid(), what, time.time())
        cursor.execute("INSERT INTO traces (item, worker, what, at) VALUES (%s, %s, %s, %s)", row)


def traces(what: str) -> list[tuple[int, int, float]]:
    """Item, worker and time of each, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT item, worker, at FROM traces WHERE what = %s ORDER BY at", [what])
        return [(item, worker, at) for item, worker, at in cursor.fetchall()]
