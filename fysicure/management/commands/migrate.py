from typing import Any

from django.conf import settings
from django.core.management.commands import migrate

from fysicure.as_owner import as_owner
from fysicure.row_security import apply_rights


class Command(migrate.Command):
    help = "Bring the tables up to date as their owner, and give the roles of the database their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            if settings.ROW_SECURITY and not (options["plan"] or options["check_unapplied"]):
                apply_rights()
