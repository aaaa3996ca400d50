from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from accounts.models.security_event import SecurityEvent
from accounts.security_log import note_event
from fysicure.backup.errors import BackupError
from fysicure.backup.keys import key_file, keys_for_backup
from fysicure.backup.making import Backup, make_backup
from fysicure.backup.nightly import back_up_and_rotate
from fysicure.database import owner_url


class Command(BaseCommand):
    help = "Back up the whole practice into one encrypted file; with --rotate into a folder, keeping 7/4/12."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--rotate", type=Path, metavar="DIR", help="keep 7 daily, 4 weekly and 12 monthly there")

    def handle(self, *args: Any, file: Path | None, rotate: Path | None, **options: Any) -> None:
        if (file is None) == (rotate is None):
            raise CommandError("Give a FILE, or --rotate DIR.")
        now = timezone.now()
        try:
            keys, note = keys_for_backup(now=now)
            if note:
                self.stderr.write(note)
            if rotate is not None:
                made, gone = back_up_and_rotate(rotate, keys=keys, now=now)
                self.say(made)
                self.stdout.write(f"Removed {len(gone)} that need not stay.")
                return
            assert file is not None  # noqa: S101 one of the two was given
            beside = {} if settings.BACKUP_KEY_FILE else {"key_file": str(key_file())}
            made = make_backup(owner_url(), file, keys=keys, now=now, beside=beside)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.say(made)
        try:
            note_event(SecurityEvent.Kind.BACKUP, action="made", rows=made.manifest.rows, bytes=made.size)
        except DatabaseError as error:
            self.stderr.write(f"The backup is whole, but could not be noted in the security log: {error}")

    def say(self, made: Backup) -> None:
        manifest = made.manifest
        self.stdout.write(
            f"{made.path}: {manifest.rows:,} rows in {len(manifest.tables)} tables, {made.size:,} bytes, read back."
        )
        self.stdout.write(f"SHA-256 {made.sha256}; described in {made.path}.json")
