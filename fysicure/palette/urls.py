"""Addresses of the command palette and of the list of keys."""

from django.urls import URLPattern, path

from fysicure.palette import views

app_name = "palette"
urlpatterns: list[URLPattern] = [
    path("", views.palette, name="answer"),
    path("keys/", views.keys, name="keys"),
]
