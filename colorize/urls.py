from django.urls import path

from colorize import api, views

urlpatterns = [
    path("", views.ColorizerPage.as_view(), name="colorizer"),
    path("faq", views.FaqPage.as_view(), name="faq"),
    path("about", views.AboutPage.as_view(), name="about"),
    path("colorize", api.ColorizeView.as_view(), name="colorize"),
    path("favicon.ico", views.icon, name="icon"),
    path("healthz", api.healthz, name="healthz"),
]
