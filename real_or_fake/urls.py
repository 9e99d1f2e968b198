"""Addresses of the test with people."""

from django.urls import path

from real_or_fake import views

urlpatterns = [
    path("real-or-fake", views.StartPage.as_view(), name="real-or-fake"),
    path("real-or-fake/results", views.results, name="real-or-fake-results"),
    path("real-or-fake/results.csv", views.results_csv, name="real-or-fake-csv"),
    path("real-or-fake/<uuid:round>", views.round_page, name="real-or-fake-round"),
    path("real-or-fake/<uuid:round>/<int:place>", views.answer, name="real-or-fake-answer"),
    path(
        "real-or-fake/<uuid:round>/<int:place>/first",
        views.photo,
        {"is_first": True},
        name="real-or-fake-first",
    ),
    path(
        "real-or-fake/<uuid:round>/<int:place>/second",
        views.photo,
        {"is_first": False},
        name="real-or-fake-second",
    ),
]
