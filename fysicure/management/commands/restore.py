import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from fysicure.backup.errors import BackupError, HalfRestored
from fysicure.backup.keys import Keys, key_file, read_keys
from fysicure.backup.programs import database_of
from fysicure.backup.restoring import restore, restore_into
from fysicure.database import owner_url


def keys_to_read(file: Path) -> Keys:
    """Return the keys that may open a backup; in a demo also the one that its description names."""
    with suppress(OSError, ValueError, KeyError, BackupError):
        if not settings.BACKUP_KEY_FILE and not key_file().exists():
            return read_keys(Path(json.loads(Path(f"{file}.json").read_text())["key_file"]))
    return read_keys(key_file())


def let_go() -> None:
    """Close this process's own connections: the database is about to get another name."""
    for wrapper in connections.all(initialized_only=True):
        wrapper.close()
        getattr(wrapper, "close_pool", lambda: None)()


class Command(BaseCommand):
    help = "Put a backup in the place of the database. The current one is kept under another name."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--into", metavar="URL", help="an empty database, where none can be made or renamed")
        parser.add_argument("--no-migrate", action="store_true", help="leave newer migrations for later")

    def handle(self, *args: Any, file: Path, into: str | None, no_migrate: bool, **options: Any) -> None:
        say = self.stdout.write
        let_go()
        try:
            keys = keys_to_read(file)
            if into:
                done = restore_into(into, file, keys=keys, say=say, migrate=not no_migrate)
                say(
                    f"Restored {done.manifest.rows:,} rows. Let DATABASE_URL lead there and start web and worker again."
                )
                return
            done = restore(owner_url(), file, keys=keys, now=timezone.now(), say=say, migrate=not no_migrate)
        except HalfRestored as error:
            raise CommandError(str(error)) from error
        except (BackupError, psycopg.Error, OSError) as error:
            raise CommandError(f"{str(error).strip()} Nothing was changed.") from error
        name = database_of(owner_url())
        say(f"Restored {done.manifest.rows:,} rows of {done.manifest.made_at}. Everyone has to sign in again.")
        if done.before:
            say(f"The database from before is kept as {done.before}.")
            say(f'  to drop it:  DROP DATABASE "{done.before}";')
            say(
                f'  to go back:  ALTER DATABASE "{name}" RENAME TO "{name}_set_aside"; '
                f'ALTER DATABASE "{done.before}" RENAME TO "{name}";'
            )
