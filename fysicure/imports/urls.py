"""Addresses of the imports."""

from django.urls import URLPattern, path

from fysicure.imports.views import choosing, following, starting

app_name = "imports"
urlpatterns: list[URLPattern] = [
    path("", starting.imports_list, name="list"),
    path("new/", starting.new, name="new"),
    path("example/<slug:kind>.csv", starting.example, name="example"),
    path("<uuid:pk>/", following.show, name="show"),
    path("<uuid:pk>/columns/", choosing.columns, name="columns"),
    path("<uuid:pk>/progress/", following.progress, name="progress"),
    path("<uuid:pk>/run/", following.run_import, name="run"),
    path("<uuid:pk>/undo/", following.undo_import, name="undo"),
    path("<uuid:pk>/continue/", following.go_on, name="continue"),
    path("<uuid:pk>/clear/", following.clear_rows, name="clear"),
    path("<uuid:pk>/refused.csv", following.errors, name="errors"),
]
