"""Who looks at pictures."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from accounts.models import User

Somebody = AbstractBaseUser | AnonymousUser
# The permission of moderators.
REVIEW = "gallery.review_picture"


def moderates(user: Somebody) -> bool:
    return user.is_active and isinstance(user, User) and user.has_perm(REVIEW)
