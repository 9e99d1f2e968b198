"""How often a password may be guessed: one count a person, whichever door it is tried at.

Wrong ones are counted, by three limits: of one address, whomever it tries; of one person from one
address; and of one person from anywhere, which a device that has been used before passes. So
guessing from everywhere does not keep anybody out of their own account at home.
"""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts import devices
from accounts.names import key_of
from accounts.people import person_named
from colorize.web.errors import RateLimited
from colorize.web.ratelimit import Throttle, counted_as, rate_limited


class TooManyGuesses(RateLimited):
    template = "Too many tries with this name or from this address. Wait {seconds} seconds."


class OfAddress(Throttle):
    """So that trying many names does not help. TOKEN_RATE says how many."""

    scope = "tokens"

    def __init__(self, ident: str) -> None:
        super().__init__()
        self.key = self.name(ident)


class OfPersonFrom(Throttle):
    """One person, from one address or on one device."""

    scope = "guesses"
    num_requests, duration = 5, 300

    def __init__(self, ident: str) -> None:
        self.key = self.name(ident)


class OfPerson(OfPersonFrom):
    """So that trying from many addresses does not help."""

    num_requests, duration = 30, 3600


class Guess:
    """One password that is tried. It is counted before it is looked at, so that many at once are
    not looked at either, and taken back where it was right."""

    def __init__(self, request: HttpRequest, login: str) -> None:
        user = person_named(login)
        person = f"person-{user.pk}" if user else f"name-{key_of(login.strip())}"
        device = devices.secret_of(request, user) if user else None
        address = counted_as(get_adapter(request).get_client_ip(request))
        self.counts: list[Throttle] = (
            [OfPersonFrom(f"{person} on {device}")]
            if device
            else [OfAddress(address), OfPersonFrom(f"{person} from {address}"), OfPerson(person)]
        )

    def count(self) -> None:
        """Raises TooManyGuesses, and is then no guess."""
        for number, each in enumerate(self.counts):
            if not each.count():
                for counted in self.counts[:number]:
                    counted.take_back()
                raise rate_limited(each.wait(), kind=TooManyGuesses)

    def was_right(self) -> None:
        for each in self.counts:
            each.take_back()
