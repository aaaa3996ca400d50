"""Addresses of this room."""

from django.urls import URLPattern

app_name = "scheduling"
urlpatterns: list[URLPattern] = []
