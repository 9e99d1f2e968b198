"""Accounts in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """`is_active` is read-only here: people are suspended, with a reason, on their own page."""

    readonly_fields = ["is_active"]
