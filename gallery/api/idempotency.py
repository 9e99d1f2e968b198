"""Idempotency-Key: a program that got no response can repeat its request and gets the first one.

A key is reserved before anything is done, so that a second request with the same key does nothing.
Successful responses are stored. A crash between doing the work and storing the response does no
harm, because the services recognise what exists already.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from colorize.web.storage import OptionalWrite
from gallery.api.base import ApiView
from gallery.errors import BadField, KeyInHand, KeyReused
from gallery.models import Answer
from gallery.models.idempotency import KEPT_FOR, KEY_LENGTH, STILL_RUNNING

# After this time without a response, the process that worked on it is assumed dead.
AT_WORK = timedelta(minutes=1)
ASK_AGAIN_SECONDS = 2
# Headers that are repeated with the response.
REPEATED = ("Location", "ETag")

Post = Callable[Concatenate[Any, Request, ...], HttpResponseBase]


def repeatable(*, kept: bool = True, at_once: bool = False) -> Callable[[Post], Post]:
    """Decorator for a view's POST. `kept`: store the body; otherwise the request runs again, which
    is fine if it changes nothing. `at_once`: run and store in one transaction, for quick requests
    that are not recognised if repeated after a crash."""

    def decorate(post: Post) -> Post:
        @wraps(post)
        def answer_once(
            view: ApiView, request: Request, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            key = key_of(request)
            if not key:
                return post(view, request, *args, **kwargs)
            hashed = fingerprint(request)
            answer, is_mine = reserve(view.person, key, hashed)
            if not is_mine:
                return replay(answer) if kept else post(view, request, *args, **kwargs)
            try:
                with transaction.atomic() if at_once else nullcontext():
                    response = post(view, request, *args, **kwargs)
                    # The work is done, so respond even if the response cannot be stored.
                    with nullcontext() if at_once else OptionalWrite():
                        store(answer, response, kept)
            except BaseException:
                with OptionalWrite():
                    same(answer).delete()
                raise
            return response

        return answer_once

    return decorate


def key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_LENGTH or not key.isprintable():
        reason = f"it takes up to {KEY_LENGTH} printable characters."
        raise BadField(name="Idempotency-Key", reason=reason)
    return key


def fingerprint(request: Request) -> str:
    """A hash of method, URL, fields and files."""
    hashed = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    for name, values in fields(request.data):
        for value in values:
            hashed.update(json.dumps(name).encode())
            hashed.update(content_of(value))
    return hashed.hexdigest()


def fields(data: Any) -> list[tuple[str, list[Any]]]:
    if hasattr(data, "lists"):
        return sorted(data.lists())
    return [("", [data])]


def content_of(value: Any) -> bytes:
    """The value as bytes, with its length, so that two values cannot run into each other."""
    if not isinstance(value, UploadedFile):
        return json.dumps(value, sort_keys=True).encode()
    content: bytes = value.read()
    value.seek(0)
    return f"{json.dumps(value.name)}:{len(content)}:".encode() + content


def reserve(user: User, key: str, request: str) -> tuple[Answer, bool]:
    """The stored answer and False, or a new reserved row and True.

    Raises KeyReused if the key was used for another request, KeyInHand if the first request is
    still running.
    """
    now = timezone.now()
    ended = Q(created_at__lte=now - KEPT_FOR) | Q(
        status=STILL_RUNNING, created_at__lte=now - AT_WORK
    )
    reserved = {"request": request, "status": STILL_RUNNING, "body": {}}
    in_hand = KeyInHand(retry_after=ASK_AGAIN_SECONDS, seconds=ASK_AGAIN_SECONDS)
    try:
        with transaction.atomic():
            Answer.objects.filter(ended, user=user, key=key).delete()
            answer, is_new = Answer.objects.get_or_create(reserved, user=user, key=key)
    except IntegrityError as problem:
        # Another one reserved it at the same moment, failed, and has freed it again by now.
        raise in_hand from problem
    if answer.request != request:
        raise KeyReused()
    if answer.status == STILL_RUNNING and not is_new:
        raise in_hand
    return answer, is_new


def store(answer: Answer, response: Any, kept: bool) -> None:
    # As text, because a database may change the order of JSON fields.
    body = JSONRenderer().render(response.data).decode() if kept else None
    headers = {name: response[name] for name in REPEATED if name in response}
    kept_answer = {"body": body, "headers": headers}
    same(answer).update(status=response.status_code, body=kept_answer)


def same(answer: Answer) -> QuerySet[Answer]:
    """The row of this answer; empty if it timed out and another request has the key now."""
    return Answer.objects.filter(pk=answer.pk)


def replay(answer: Answer) -> Response:
    headers = answer.body["headers"] | {"Idempotency-Replayed": "true"}
    return Response(json.loads(answer.body["body"]), answer.status, headers=headers)
