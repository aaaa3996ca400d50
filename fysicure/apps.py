from django.apps import AppConfig
from django.core.checks import Tags, register

from fysicure.role_checks import few_rights, two_roles


class FysicureConfig(AppConfig):
    """The front door: it wires the rooms together and has no models of its own."""

    name = "fysicure"

    def ready(self) -> None:
        register(two_roles, Tags.security, deploy=True)
        register(few_rights, Tags.database)
