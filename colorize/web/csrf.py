"""Why Django has refused a form: it asks that it come from one of the site's own pages."""

from django.middleware import csrf

from colorize.engine.errors import ColorizeError, CookieMissing, ForeignForm, FormExpired

# What it says of the page that the form came from, before a dash.
OF_THE_PAGE = ("Origin checking failed", "Referer checking failed")


def why_refused(reason: str) -> ColorizeError:
    """`reason`: one of Django's."""
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return CookieMissing()
    if reason.startswith(OF_THE_PAGE):
        return ForeignForm(reason=reason.partition(" - ")[2].rstrip("."))
    return FormExpired()
