"""Addresses of the gallery's pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
