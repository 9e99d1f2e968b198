"""Who looks at pictures: a user, or a visitor who is not logged in."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from accounts.models import User

AnyUser = AbstractBaseUser | AnonymousUser
# The permission of moderators.
REVIEW = "gallery.review_picture"


def moderates(user: AnyUser) -> bool:
    return user.is_active and isinstance(user, User) and user.has_perm(REVIEW)
