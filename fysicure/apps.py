from django.apps import AppConfig


class FysicureConfig(AppConfig):
    """The front door: it wires the rooms together and has no models of its own."""

    name = "fysicure"
