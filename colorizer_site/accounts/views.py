"""allauth's pages where this site leads on otherwise."""

from allauth.account.views import ConfirmEmailView
from django.urls import reverse
from django.utils.http import urlencode


class ConfirmEmail(ConfirmEmailView):  # type: ignore[misc]
    def get_redirect_url(self) -> str:
        """Whoever has registered logs in, with the name filled in, and gets to where they were
        going before."""
        if self.request.user.is_authenticated:
            return str(super().get_redirect_url())
        name = self.object.email_address.user.get_username()
        place = {"next": self.get_next_url()} if self.get_next_url() else {}
        return f"{reverse('account_login')}?{urlencode({'login': name} | place)}"
