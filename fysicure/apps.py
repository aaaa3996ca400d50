from django.apps import AppConfig

from fysicure.backup import checks as backup_checks  # registers them

__all__ = ["FysicureConfig", "backup_checks"]


class FysicureConfig(AppConfig):
    """The front door: it wires the rooms together and has no models of its own."""

    name = "fysicure"
