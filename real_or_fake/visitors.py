"""Who plays: a person with an account, or somebody's browser."""

from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest

from accounts.access import user_of
from accounts.models import User

# In the session of a browser: a random key, which says nothing about its visitor.
KEY = "real_or_fake"


@dataclass(frozen=True)
class Who:
    """`user`: None without an account; `keys`: by which their rounds are known, the one for new
    rounds first; empty for a browser that has never played."""

    user: User | None
    keys: tuple[str, ...]


def who_is(request: HttpRequest) -> Who:
    """A person by their account and, until they log out, by the browser they played in before."""
    user = user_of(request)
    own = [f"person-{user.pk}"] if user else []
    browser = request.session.get(KEY)
    return Who(user, (*own, *([browser] if browser else [])))


def who_plays(request: HttpRequest) -> Who:
    """The same; a browser that was not known is from now on."""
    who = who_is(request)
    if who.keys:
        return who
    request.session[KEY] = uuid4().hex
    return who_is(request)
