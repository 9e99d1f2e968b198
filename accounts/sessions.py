"""Sessions of logged-in people."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User


def end_all(user: User) -> None:
    """Delete the person's sessions. Whose it is stands inside a session, so all must be read."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
    key = str(user.pk)
    theirs = [row.pk for row in alive if row.get_decoded().get(SESSION_KEY) == key]
    for start in range(0, len(theirs), 500):
        Session.objects.filter(pk__in=theirs[start : start + 500]).delete()
