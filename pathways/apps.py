from importlib import import_module

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "pathways"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what scheduling tells (the models must be there first, hence the import by name)."""
        import_module("pathways.receivers").connect()
