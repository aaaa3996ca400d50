"""Addresses of setting up a practice."""

from django.urls import URLPattern, path

from fysicure.setup.views import setup

app_name = "setup"
urlpatterns: list[URLPattern] = [path("", setup, name="home")]
