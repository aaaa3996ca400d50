from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db.models.signals import post_migrate, pre_migrate

from fysicure.migration_locks import give_up_soon, wait_as_before


class FysicureConfig(AppConfig):
    """The front door: it wires the rooms together and has no models of its own."""

    name = "fysicure"
    default = True

    def ready(self) -> None:
        """Let migrations wait for a lock a few seconds only."""
        pre_migrate.connect(give_up_soon, dispatch_uid="fysicure.give_up_soon")
        post_migrate.connect(wait_as_before, dispatch_uid="fysicure.wait_as_before")


class OwnFiles(StaticFilesConfig):
    """Leaves out what the packages of the pages bring and no page uses; some of it points to files that are missing."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "tabler-*", "*.rtl.*", "*.map", "redoc*", "swagger-ui-es-*"]
