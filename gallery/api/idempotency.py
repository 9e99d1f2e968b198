"""Idempotency-Key: a program that heard no answer sends the same again and gets the first answer.

A key is reserved for its request before anything is done, so that another request with it does
nothing. An answer is stored once it is a success. A crash between doing and storing does no harm:
the verbs recognise what is there already.
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
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from colorize.web.storage import IfItCan
from gallery.api.base import ApiView
from gallery.errors import BadField, KeyInHand, KeyReused
from gallery.models import Answer
from gallery.models.answers import IN_HAND

LASTING = timedelta(hours=24)
# After so long without an answer, whoever was at it is taken for dead.
AT_WORK = timedelta(minutes=1)
ASK_AGAIN_SECONDS = 2
LONGEST = 200
# Headers of an answer that belong to it.
REPEATED = ("Location", "ETag")

Post = Callable[Concatenate[Any, Request, ...], Response]


def repeatable(*, kept: bool = True, at_once: bool = False) -> Callable[[Post], Post]:
    """Of a view's POST. `kept`: the body is stored; else the request is carried out again, for
    what changes nothing. `at_once`: in one transaction with storing, for what is quick and not
    recognised when it comes again after a crash."""

    def decorate(post: Post) -> Post:
        @wraps(post)
        def answer_once(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
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
                    # What is done is answered, stored or not.
                    with nullcontext() if at_once else IfItCan():
                        store(answer, response, kept)
            except BaseException:
                with IfItCan():
                    same(answer).delete()
                raise
            return response

        return answer_once

    return decorate


def key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST or not key.isprintable():
        reason = f"It has at most {LONGEST} printable characters."
        raise BadField(name="Idempotency-Key", reason=reason)
    return key


def fingerprint(request: Request) -> str:
    """Of method, address, fields and files."""
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
    """With its length, so that the end of one value is not the beginning of the next."""
    if not isinstance(value, UploadedFile):
        return json.dumps(value, sort_keys=True).encode()
    content: bytes = value.read()
    value.seek(0)
    return f"{json.dumps(value.name)}:{len(content)}:".encode() + content


def reserve(user: User, key: str, request: str) -> tuple[Answer, bool]:
    """The answer that was given, and False; or a place for one, and True. Raises KeyReused where
    the key came with another request, KeyInHand where this one has no answer yet."""
    now = timezone.now()
    ended = Q(created_at__lte=now - LASTING) | Q(status=IN_HAND, created_at__lte=now - AT_WORK)
    reserved = {"request": request, "status": IN_HAND, "body": {}}
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
    if answer.status == IN_HAND and not is_new:
        raise in_hand
    return answer, is_new


def store(answer: Answer, response: Response, kept: bool) -> None:
    # As text, for a database may keep the fields of JSON in another order than they came in.
    body = JSONRenderer().render(response.data).decode() if kept else None
    headers = {name: response[name] for name in REPEATED if name in response}
    kept_answer = {"body": body, "headers": headers}
    same(answer).update(status=response.status_code, body=kept_answer)


def same(answer: Answer) -> QuerySet[Answer]:
    """Nothing, where whoever is at work was taken for dead and the key is another's now."""
    return Answer.objects.filter(pk=answer.pk)


def replay(answer: Answer) -> Response:
    headers = answer.body["headers"] | {"Idempotency-Replayed": "true"}
    return Response(json.loads(answer.body["body"]), answer.status, headers=headers)
