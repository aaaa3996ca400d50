"""The keys of backups: age X25519 (https://age-encryption.org/v1).

The public half (a recipient) makes backups, the private half (an identity) reads them. A server that only makes
backups needs only the public half: who breaks in there reads no old backup.
"""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from pyrage import IdentityError, RecipientError, x25519

from fysicure.backup.errors import BackupError
from fysicure.database import data_dir

PRIVATE, PUBLIC = "AGE-SECRET-KEY-", "age1"
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Keys:
    """What a key file holds: the recipients that backups are made for, and the identities that open them."""

    recipients: tuple[x25519.Recipient, ...]
    identities: tuple[x25519.Identity, ...]


def make_key(path: Path, *, now: datetime.datetime) -> str:
    """Write a new private key to `path` (mode 0600) and its public half to `path`.pub; return the public half.

    An existing file is never overwritten, for the backups made with it could not be read any more.
    """
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    text = f"# Made {now:%Y-%m-%d}. Opens the backups of the practice: keep it away from the server, twice.\n"
    text += f"# public key: {public}\n{identity}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise BackupError(f"{path} exists already. A key that made backups is never overwritten.") from None
    with os.fdopen(file, "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    path.with_name(f"{path.name}.pub").write_text(f"# Makes backups, cannot read them.\n{public}\n")
    return public


def read_keys(path: Path) -> Keys:
    """Read a key file: private halves, public halves, or both, one a line; `#` begins a comment.

    Raises BackupError when it cannot be read, or when others of this machine may read its private key.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The key file {path} cannot be read: {error}. Set BACKUP_KEY_FILE.") from error
    try:
        identities = tuple(x25519.Identity.from_str(line) for line in lines if line.startswith(PRIVATE))
        recipients = tuple(x25519.Recipient.from_str(line) for line in lines if line.startswith(PUBLIC))
    except (IdentityError, RecipientError) as error:
        raise BackupError(f"The key file {path} holds a damaged key: {error}.") from error
    if identities and mode & 0o077:
        raise BackupError(f"Others can read the private key in {path}. Run: chmod 600 {path}")
    if not identities and not recipients:
        raise BackupError(f"The key file {path} holds no key. Make one with `manage.py backup_key FILE`.")
    return Keys(recipients + tuple(each.to_public() for each in identities), identities)


def key_file() -> Path:
    """Return where the key of this installation is: BACKUP_KEY_FILE, or `backup.key` beside the data of a demo.

    Raises BackupError in production when it is not set: a key that lies beside the data protects nothing.
    """
    if settings.BACKUP_KEY_FILE:
        return Path(settings.BACKUP_KEY_FILE)
    if settings.DEMO or not os.environ.get("DATABASE_URL"):
        return data_dir() / "backup.key"
    raise BackupError(
        "Set BACKUP_KEY_FILE to the public key of the practice. `manage.py backup_key FILE` makes a pair: FILE.pub is "
        "enough to make backups, and FILE opens them; keep that one elsewhere."
    )


def keys_for_backup(*, now: datetime.datetime) -> tuple[Keys, str]:
    """Return the keys to make backups with, and what to say about them; a demo gets a key when it has none."""
    path = key_file()
    if settings.BACKUP_KEY_FILE or path.exists():
        return read_keys(path), ""
    make_key(path, now=now)
    return read_keys(path), (
        f"Made the key {path}, for this demo only. Without it no backup can be read: in a practice, keep the private "
        "key away from the server and set BACKUP_KEY_FILE."
    )
