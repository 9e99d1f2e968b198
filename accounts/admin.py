"""Accounts in the admin."""

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """`is_active` is read-only here: people are suspended, with a reason, on their own page."""

    readonly_fields = ["is_active"]


# The provider comes from the settings alone, and nobody edits who somebody is there.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])
