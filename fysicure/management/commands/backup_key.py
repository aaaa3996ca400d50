from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import make_key


class Command(BaseCommand):
    help = "Make the pair of keys of the practice's backups: FILE opens them, FILE.pub makes them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            public = make_key(file, now=timezone.now())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Public key {public} stands in {file}.pub: set BACKUP_KEY_FILE to that file on the server.")
        self.stdout.write(f"Move {file} away from the server, to two places: who loses it loses every backup.")
