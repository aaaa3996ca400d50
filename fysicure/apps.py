from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from fysicure.backup import checks as backup_checks  # registers them
from fysicure.migration_locks import give_up_soon, wait_as_before
from fysicure.role_checks import few_rights, two_roles

__all__ = ["FysicureConfig", "backup_checks"]


class FysicureConfig(AppConfig):
    """The front door: it wires the rooms together and has no models of its own."""

    name = "fysicure"
    default = True

    def ready(self) -> None:
        """Let migrations wait for a lock a few seconds only, and check the rights of the database role."""
        pre_migrate.connect(give_up_soon, dispatch_uid="fysicure.give_up_soon")
        post_migrate.connect(wait_as_before, dispatch_uid="fysicure.wait_as_before")
        register(two_roles, Tags.security, deploy=True)
        register(few_rights, Tags.database)


class OwnFiles(StaticFilesConfig):
    """Leaves out what packages bring and no page uses; some of it points to files that are not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "tabler-*", "*.rtl.*", "*.map", "redoc*", "swagger-ui-es-*"]
