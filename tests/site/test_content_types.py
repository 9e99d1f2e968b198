"""Whatever a request says of its body, no page fails."""

import io
import os
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import Mock
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

FORM = b'--b\r\nContent-Disposition: form-data; name="title\xff"\r\n\r\n\xff\r\n--b--\r\n'
MULTIPART = "multipart/form-data; boundary=b"
UNREADABLE = [
    "text/plain; x*=klingon''b",
    "text/plain; charset*=utf-8''a%00",
    f"{MULTIPART}; charset*=utf-8''%ed%a0%80",
    *(f"{MULTIPART}; charset={each}" for each in ("undefined", "idna", "punycode", "hex")),
]
READABLE = [MULTIPART, f"{MULTIPART}; charset=UTF-8", f"{MULTIPART}; charset=klingon"]


Answered = Callable[[str, str, str], str]


@pytest.fixture
def answered(transactional_db: None) -> Answered:
    """Method, path and Content-Type of a request with a form -> its status."""
    mask = os.umask(0)
    application = import_string(settings.WSGI_APPLICATION)
    os.umask(mask)
    return partial(answer_of, application)


def answer_of(application: WSGIApplication, method: str, path: str, content_type: str) -> str:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "q=%ff",
        "CONTENT_TYPE": content_type,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(FORM)),
        "wsgi.input": io.BytesIO(FORM),
    }
    setup_testing_defaults(environ)
    started = Mock()
    for _ in application(environ, started):
        pass
    status: str = started.call_args.args[0]
    return status


@pytest.mark.parametrize("content_type", UNREADABLE)
@pytest.mark.parametrize("path", ["/", "/faq", "/healthz"])
def test_a_page_comes_whatever_its_content_type(
    answered: Answered, path: str, content_type: str
) -> None:
    assert answered("GET", path, content_type) == "200 OK"


@pytest.mark.parametrize("content_type", [*UNREADABLE, *READABLE])
@pytest.mark.parametrize("path", ["/colorize", "/accounts/login/", "/api/v1/colorize"])
def test_no_form_is_a_failure_of_the_server(
    answered: Answered, path: str, content_type: str
) -> None:
    assert answered("POST", path, content_type).startswith("4")
