"""Addresses of the gallery's pages."""

from django.urls import URLPattern, path

from gallery.views_reports import ReportPage, stub

urlpatterns: list[URLPattern] = [
    path("pictures/<uuid:pk>/report", ReportPage.as_view(), name="report"),
    path("pictures/<uuid:pk>", stub, name="picture"),
]
