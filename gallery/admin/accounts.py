"""Accounts in the admin. Deleting one deletes its files too."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import AccountAdmin
from accounts.models import User
from gallery.models import Picture
from gallery.services import bin

admin.site.unregister(User)


@admin.register(User)
class OwnerAdmin(AccountAdmin):
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts pictures instead of listing them: titles of private pictures stay private."""
        rows = list(objs)
        number = Picture.objects.filter(owner__in=rows).count()
        return [str(row) for row in rows], {"users": len(rows), "pictures": number}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        bin.purge(Picture.objects.owned_by(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        bin.purge(Picture.objects.filter(owner__in=list(queryset)))
        super().delete_queryset(request, queryset)
