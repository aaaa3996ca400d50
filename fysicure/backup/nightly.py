"""What the clock starts: the backup of the night and the drill of the month."""

import datetime
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from accounts.models.security_event import SecurityEvent
from accounts.security_log import note_event
from fysicure.backup.drill import hold_drill
from fysicure.backup.erasures import ERASURES, add_erasures
from fysicure.backup.errors import BackupError
from fysicure.backup.keys import Keys, key_file, keys_for_backup, read_keys
from fysicure.backup.making import Backup
from fysicure.backup.rotation import good_backups, note_failure, rotate
from fysicure.database import owner_url
from scheduling.free_time import BRUSSELS


def back_up_tonight(folder: Path, *, now: datetime.datetime) -> None:
    """Make the backup of the night; a key that cannot be read is a failure that the owner's first page shows as well.

    Raises BackupError, so that the job has failed too.
    """
    try:
        keys, _note = keys_for_backup(now=now)
    except BackupError as error:
        note_failure(folder, error, now=now)
        raise
    back_up_and_rotate(folder, keys=keys, now=now)


def back_up_and_rotate(folder: Path, *, keys: Keys, now: datetime.datetime) -> tuple[Backup, list[Path]]:
    """Make a backup in a folder, remove what need not stay, and note it; beside them the list of what was erased."""
    made, gone = rotate(owner_url(), folder, keys=keys, now=now, zone=BRUSSELS)
    add_erasures(folder / ERASURES, lambda found: call_command("erasures", "--export", str(found), stdout=StringIO()))
    note_event(SecurityEvent.Kind.BACKUP, action="made", rows=made.manifest.rows, bytes=made.size, removed=len(gone))
    return made, gone


def drill_of_the_latest(folder: Path) -> Path | None:
    """Rehearse the restore of the newest backup, when the private key is here; return the report."""
    keys = read_keys(key_file())
    if not keys.identities:
        return None
    latest = next(iter(good_backups(folder)), None)
    if latest is None:
        raise BackupError(f"{folder} holds no backup to rehearse with.")
    return hold_drill(owner_url(), latest.path, keys=keys, now=timezone.now(), say=lambda _text: None)
