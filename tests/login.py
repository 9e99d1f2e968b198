"""People with accounts, their mail and their authenticator apps."""

import base64
import hashlib
import hmac
import re
import struct
import time

from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD

# For which a code of an app is good, and how long one may be under way on a busy machine: seconds.
HALF_MINUTE, TO_ARRIVE = 30, 3


def log_in(client: Client, name: str = "ann", password: str = PASSWORD, **headers: str) -> str:
    """The page that the person then sees."""
    form = {"login": name, "password": password}
    answer = client.post("/accounts/login/", form, follow=True, headers=headers)
    return answer.content.decode()


def logged_in(user: User) -> Client:
    """A browser in which the person has just logged in, without asking for the form."""
    client = Client()
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "password", username=user.username)
    request.session.save()
    return client


def link(message: str) -> str:
    """The path of the first link into the accounts' pages."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", message)
    assert found, message
    return found[1]


def last_mail() -> str:
    return str(mail.outbox[-1].body)


def code_of_app(key: str, steps: int = 0) -> str:
    """What an authenticator app shows for its key (RFC 6238), that many half minutes from now. Not
    in the last moments of a half minute, when it could be over before the code arrives."""
    left = HALF_MINUTE - time.time() % HALF_MINUTE
    if left < TO_ARRIVE:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // HALF_MINUTE + steps)
    digest = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def set_up_app(client: Client, password: str = PASSWORD) -> str:
    """By the pages; answers with the app's key."""
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if "password" in page.context["form"].fields:
        page = client.post(
            page.request["PATH_INFO"] + "?next=/accounts/2fa/totp/activate/",
            {"password": password},
            follow=True,
        )
    key = str(page.context["form"].secret)
    client.post("/accounts/2fa/totp/activate/", {"code": code_of_app(key)})
    return key
