"""Limits on guessing passwords, shared by all forms and the API.

Wrong passwords are counted in three ways: by address, by person and address, and by person. Devices
on which the person has logged in before have a count of their own, so that guessing from anywhere
else does not lock people out at home.
"""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts import devices
from accounts.names import key_of
from accounts.people import person_named
from colorize.web.errors import RateLimited
from colorize.web.ratelimit import Throttle, counted_as, rate_limited


class TooManyGuesses(RateLimited):
    template = (
        "Too many attempts with this name or from this address. Wait {seconds} seconds and try "
        "again."
    )


class OfAddress(Throttle):
    """One address: stops trying many names. The limit is TOKEN_RATE."""

    scope = "tokens"

    def __init__(self, ident: str) -> None:
        super().__init__()
        self.key = self.name(ident)


class OfPersonFrom(Throttle):
    """One person from one address or device."""

    scope = "guesses"
    num_requests, duration = 5, 300

    def __init__(self, ident: str) -> None:
        self.key = self.name(ident)


class OfPerson(OfPersonFrom):
    """One person: stops trying from many addresses."""

    num_requests, duration = 30, 3600


class Guess:
    """One attempt at a password. It is counted before the password is checked, so that parallel
    attempts count too, and taken back if the password was right."""

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
        """Count the guess. Raises TooManyGuesses, and then does not count it."""
        for number, each in enumerate(self.counts):
            if not each.count():
                for counted in self.counts[:number]:
                    counted.take_back()
                raise rate_limited(each.wait(), kind=TooManyGuesses)

    def was_right(self) -> None:
        for each in self.counts:
            each.take_back()
