from typing import Any

from django.core.management.commands import flush

from fysicure.as_owner import as_owner


class Command(flush.Command):
    help = "Remove all rows. Only the owner of the tables may; the application's own role cannot empty a table."

    def handle(self, **options: Any) -> None:
        with as_owner():
            super().handle(**options)
