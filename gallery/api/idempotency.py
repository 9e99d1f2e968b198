"""Idempotency-Key: a program that heard no answer sends the same again and gets the first answer.

An answer is stored once it is a success. What comes between doing and storing (a crash, the same
request twice at once) does no harm: the verbs recognise what is there already.
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
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gallery.api.base import ApiView
from gallery.errors import BadField, KeyReused
from gallery.models import Answer

LASTING = timedelta(hours=24)
LONGEST = 200
# Headers of an answer that belong to it.
REPEATED = ("Location", "ETag")

Post = Callable[Concatenate[Any, Request, ...], Response]


def repeatable(*, kept: bool = True, at_once: bool = False) -> Callable[[Post], Post]:
    """Of a view's POST. `kept`: the body is stored; else the request is carried out again, for
    what changes nothing. `at_once`: in one transaction with storing, for what is quick and not
    recognised when it comes twice."""

    def decorate(post: Post) -> Post:
        @wraps(post)
        def answer(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = key_of(request)
            if not key:
                return post(view, request, *args, **kwargs)
            print_of = fingerprint(request)
            with transaction.atomic() if at_once else nullcontext():
                if earlier := find(view, key, print_of):
                    return replay(earlier) if kept else post(view, request, *args, **kwargs)
                response = post(view, request, *args, **kwargs)
                return store(view, key, print_of, response, kept)

        return answer

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


def find(view: ApiView, key: str, request: str) -> Answer | None:
    """Raises KeyReused where the key came with another request."""
    answers = Answer.objects.filter(user=view.person, key=key)
    answer = answers.filter(created__gt=timezone.now() - LASTING).first()
    if answer and answer.request != request:
        raise KeyReused()
    return answer


def store(view: ApiView, key: str, request: str, response: Response, kept: bool) -> Response:
    """The answer; another one's, where the same request was quicker."""
    answers = Answer.objects.filter(user=view.person, key=key)
    answers.filter(created__lte=timezone.now() - LASTING).delete()
    body = json.loads(JSONRenderer().render(response.data)) if kept else None
    headers = {name: response[name] for name in REPEATED if name in response}
    kept_answer = {"body": body, "headers": headers}
    try:
        with transaction.atomic():
            Answer.objects.create(
                user=view.person,
                key=key,
                request=request,
                status=response.status_code,
                body=kept_answer,
            )
    except IntegrityError:
        earlier = find(view, key, request)
        return replay(earlier) if earlier and kept else response
    return response


def replay(answer: Answer) -> Response:
    headers = answer.body["headers"] | {"Idempotency-Replayed": "true"}
    return Response(answer.body["body"], answer.status, headers=headers)
