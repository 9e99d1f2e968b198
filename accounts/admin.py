"""Accounts as administrators see them."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Who may come in is decided, with a reason, among the people."""

    readonly_fields = ["is_active"]
