"""Accounts as administrators see them; deleting one takes its files along."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts import public_names
from gallery.models import Picture
from gallery.models.people import check_user_name
from gallery.services import bin

admin.site.unregister(User)


class Named:
    """A form with a user name, which is held against the same rule as in registering."""

    cleaned_data: dict[str, Any]
    changed_data: list[str]
    instance: User

    def clean_username(self) -> str:
        """One from before stays as it is."""
        name = str(self.cleaned_data["username"])
        if "username" not in self.changed_data:
            return name
        name = public_names.user_name(name)
        check_user_name(name, self.instance)
        return name


class AddUser(Named, AdminUserCreationForm):  # type: ignore[type-arg]
    pass


class ChangeUser(Named, UserChangeForm):  # type: ignore[type-arg]
    pass


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Who may come in is decided, with a reason, among the people."""

    add_form = AddUser
    form = ChangeUser
    readonly_fields = ["is_active"]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counted, not listed: the titles of private pictures are nobody's business."""
        rows = list(objs)
        number = Picture.objects.filter(owner__in=rows).count()
        return [str(row) for row in rows], {"users": len(rows), "pictures": number}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        bin.purge(Picture.objects.of(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        bin.purge(Picture.objects.filter(owner__in=list(queryset)))
        super().delete_queryset(request, queryset)
