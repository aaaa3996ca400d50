"""What `manage.py check --deploy` says about backups."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import key_file, read_keys


@register(Tags.security, deploy=True)
def backups_are_made(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Warn when no backup is made by itself, or when none can be made."""
    if not settings.BACKUP_DIR:
        text = "No backup is made: set BACKUP_DIR to a folder on another disk than the database."
        return [Warning(text, hint="See docs/backup.md.", id="fysicure.W601")]
    found: list[CheckMessage] = []
    if not Path(settings.BACKUP_DIR).is_dir():
        found.append(Warning(f"BACKUP_DIR={settings.BACKUP_DIR} is no folder.", id="fysicure.W602"))
    try:
        read_keys(key_file())
    except BackupError as error:
        found.append(Warning(str(error), id="fysicure.W603"))
    return found
