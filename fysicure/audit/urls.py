"""Addresses of the audit."""

from django.urls import URLPattern, path

from fysicure.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("", views.reads, name="reads"),
    path("events/", views.events_page, name="events"),
    path("changes/", views.changes_page, name="changes"),
    path("verify/", views.verify, name="verify"),
    path("<slug:what>.csv", views.export, name="export"),
]
