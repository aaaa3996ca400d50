from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from fysicure.as_owner import as_owner
from fysicure.database_roles import roles_are_there
from fysicure.pooler import keep_session_settings
from fysicure.row_security import apply_rights


class Command(migrate.Command):
    help = "Bring the tables up to date as their owner, and give the roles of the database their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            connection.ensure_connection()
            if options["plan"] or options["check_unapplied"]:
                return
            try:
                if settings.ROW_SECURITY or roles_are_there(connection.connection):
                    apply_rights()
                if settings.DATABASE_POOLER:
                    keep_session_settings()
            except InsufficientPrivilege as error:
                sentence = (
                    f"The roles of the database are not right ({error}). See docs/decisions/0011-row-security.md."
                )
                raise CommandError(sentence) from error
