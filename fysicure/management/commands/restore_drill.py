import json
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fysicure.backup.drill import hold_drill, is_signed
from fysicure.backup.errors import BackupError
from fysicure.backup.keys import key_file, read_keys
from fysicure.backup.rotation import good_backups
from fysicure.database import owner_url


class Command(BaseCommand):
    help = "Rehearse a restore: prove the latest backup (or FILE) in a database that is dropped again."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--verify", type=Path, metavar="REPORT", help="only check the signature of a report")

    def handle(self, *args: Any, file: Path | None, verify: Path | None, **options: Any) -> None:
        if verify is not None:
            try:
                report = json.loads(verify.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise CommandError(f"{verify} cannot be read as a report: {error}") from error
            if not isinstance(report, dict) or not is_signed(report):
                raise CommandError(f"{verify} was not written by this installation, or was changed.")
            self.stdout.write(f"{verify} is as it was written.")
            return
        latest = next(iter(good_backups(Path(settings.BACKUP_DIR))), None) if settings.BACKUP_DIR else None
        path = file or (latest.path if latest else None)
        if path is None:
            raise CommandError("There is no backup to rehearse with: give a FILE, or set BACKUP_DIR.")
        try:
            keys = read_keys(key_file())
            report = hold_drill(owner_url(), path, keys=keys, now=timezone.now(), say=self.stdout.write)
        except (BackupError, psycopg.Error, OSError) as error:
            raise CommandError(f"The drill failed: {error}") from error
        self.stdout.write(f"{path} can be restored. Signed report: {report}")
        self.stdout.write(report.read_text(encoding="utf-8").rstrip())
