"""Accounts: users, logging in, and API tokens. Most pages are django-allauth's."""
