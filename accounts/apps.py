from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    # In the admin, where django-allauth's own part is called Accounts.
    verbose_name = "Users"
