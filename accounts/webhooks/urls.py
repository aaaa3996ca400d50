"""Addresses of the owner's pages about other programs."""

from django.urls import URLPattern, path

from accounts.webhooks import connections, pages

app_name = "connections"
urlpatterns: list[URLPattern] = [
    path("", connections.home, name="home"),
    path("keys/add/", connections.add_key, name="add-key"),
    path("keys/<uuid:pk>/revoke/", connections.revoke_key, name="revoke-key"),
    path("webhooks/add/", pages.add_webhook, name="add-webhook"),
    path("webhooks/<uuid:pk>/", pages.webhook, name="webhook"),
    path("webhooks/<uuid:pk>/edit/", pages.edit_webhook, name="edit-webhook"),
    path("webhooks/<uuid:pk>/secret/", pages.renew_webhook_secret, name="renew-secret"),
    path("webhooks/<uuid:pk>/switch/", pages.switch_webhook, name="switch-webhook"),
    path("webhooks/<uuid:pk>/test/", pages.test_webhook, name="test-webhook"),
    path("webhooks/<uuid:pk>/replay/", pages.replay_webhook, name="replay-webhook"),
    path("webhooks/<uuid:pk>/remove/", pages.remove_webhook, name="remove-webhook"),
    path("webhooks/<uuid:pk>/deliveries/<uuid:delivery_id>/replay/", pages.replay_delivery, name="replay-delivery"),
]
