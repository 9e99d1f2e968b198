"""This site's own steps of logging in."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage

from accounts.models import User


def must_confirm(user: User) -> bool:
    """Everyone who signed up must confirm their address.

    Signing up always creates an address to confirm. Users without one were created by
    `createsuperuser` or in the admin, by someone who vouches for the address. Superusers need no
    confirmation either.
    """
    addresses = EmailAddress.objects.filter(user=user)
    vouched_for = user.is_superuser or not addresses.exists()
    return not vouched_for and not addresses.filter(verified=True).exists()


class ConfirmEmail(EmailVerificationStage):  # type: ignore[misc]
    def handle(self) -> Any:
        user = self.login.user
        if user and not must_confirm(user):
            vouch_for(user)
            return None, True
        return super().handle()


def vouch_for(user: User) -> None:
    """Mark the user's address as confirmed, unless another account has confirmed it."""
    if not user.email or EmailAddress.objects.filter(user=user, verified=True).exists():
        return
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email.lower())
    if address.set_verified():
        address.set_as_primary()
