"""Addresses of the export for research."""

from django.urls import URLPattern, path

from fysicure.research.views import research, research_file

app_name = "research"
urlpatterns: list[URLPattern] = [
    path("", research, name="export"),
    path("file/", research_file, name="file"),
]
