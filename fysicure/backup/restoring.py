"""Restoring a backup: into a fresh database beside the current one, proved there, and then put in its place.

Until the last step, a rename within one transaction, nothing of the running practice is touched.
"""

import datetime
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string
from psycopg import sql

from fysicure.backup.erasures import ERASURES, add_erasures
from fysicure.backup.errors import BackupError, HalfRestored
from fysicure.backup.keys import Keys
from fysicure.backup.manifest import Manifest, differences, tables_of, unknown_migrations
from fysicure.backup.places import create_database, drop_database, exists, swap
from fysicure.backup.programs import database_of, environment_of, program, with_database
from fysicure.backup.sealed import complaint_of, run_program, unseal

Say = Callable[[str], None]
ROOM_TO_SPARE = 1.2  # times the size of the database that was backed up
MANAGE = Path(settings.BASE_DIR) / "manage.py"


@dataclass(frozen=True)
class Restored:
    """What a restore did: the backup's description, and where the database from before is (None: none)."""

    manifest: Manifest
    before: str | None


def restore(url: str, path: Path, *, keys: Keys, now: datetime.datetime, say: Say, migrate: bool = True) -> Restored:
    """Put the database of a backup in the place of the one at `url`, which is kept under another name.

    Works on an empty server and on one in use: whoever is connected loses the connection and gets a new one, to the
    restored database. Raises BackupError with everything as it was when the key is wrong, the file is cut short or
    altered, was made by newer code or a newer PostgreSQL, does not fit on the disk, or holds other rows than it says.
    """
    manifest = examine(url, path, keys=keys, say=say)
    name = database_of(url)
    stamp = f"{now.astimezone(datetime.UTC):%Y%m%d_%H%M%S}"
    fresh, before = f"{name}_restored_{stamp}", f"{name}_before_{stamp}"
    target = with_database(url, fresh)
    is_there = exists(url, name)
    create_database(url, fresh, manifest)
    try:
        fill(target, path, manifest, keys=keys, say=say)
        finish(target, path, manifest, migrate=migrate, say=say, current=url if is_there else None)
        say(f"Putting it in the place of {name} …")
        swap(url, fresh=fresh, name=name, before=before if is_there else None)
    except BaseException:
        drop_database(url, fresh)
        raise
    if is_there and _is_empty(with_database(url, before)):
        drop_database(url, before)
        is_there = False
    return Restored(manifest, before if is_there else None)


def restore_into(target: str, path: Path, *, keys: Keys, say: Say, migrate: bool = True) -> Restored:
    """Restore into a given empty database: for a managed server that lets nobody create or rename one.

    Raises BackupError before anything is written, and HalfRestored once something is: nobody but who gave the database
    may empty it.
    """
    manifest = examine(target, path, keys=keys, say=say)
    if not _is_empty(target):
        raise BackupError(f"The database {database_of(target)} is not empty: give one without tables.")
    try:
        fill(target, path, manifest, keys=keys, say=say)
        finish(target, path, manifest, migrate=migrate, say=say, current=None)
    except (BackupError, psycopg.Error) as error:
        raise HalfRestored(
            f"{str(error).strip()} The database {database_of(target)} may hold a part of the backup: empty it first."
        ) from error
    return Restored(manifest, None)


def examine(url: str, path: Path, *, keys: Keys, say: Say) -> Manifest:
    """Read a whole backup, and refuse it when it cannot be restored here. Changes nothing."""
    if not keys.identities:
        raise BackupError("This key file makes backups and cannot read them. Give the private key: BACKUP_KEY_FILE.")
    say(f"Reading {path} to its end …")
    manifest, _sha256 = unseal(path, keys.identities)
    known = [f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations]
    if unknown := unknown_migrations(manifest, known):
        raise BackupError(
            f"This backup was made by newer code: {unknown[0]} is not known here"
            f"{f', nor are {len(unknown) - 1} more' if unknown[1:] else ''}. Install that version first."
        )
    with psycopg.connect(with_database(url, "postgres")) as connection:
        version = connection.info.server_version // 10000
        folder = connection.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
    if version < manifest.postgresql:
        raise BackupError(f"This backup is of PostgreSQL {manifest.postgresql}; this server is {version}.")
    _check_room(Path(folder[0]) if folder else None, manifest)
    return manifest


def _check_room(folder: Path | None, manifest: Manifest) -> None:
    """Refuse a database that does not fit on the disk, when the server's disk is this machine's."""
    try:
        free = shutil.disk_usage(folder).free if folder else None
    except OSError:  # on another machine, or not ours to look into
        return
    needed = int(manifest.database_bytes * ROOM_TO_SPARE)
    if free is not None and free < needed:
        raise BackupError(f"The disk has {free >> 20} MB free and the database needs {needed >> 20} MB.")


def fill(target: str, path: Path, manifest: Manifest, *, keys: Keys, say: Say) -> None:
    """Load a backup into an empty database and prove that every row is there."""
    say(f"Loading {manifest.rows:,} rows of {manifest.made_at} …")
    _make_roles(target, manifest)
    restore_program = program("pg_restore", server=manifest.postgresql)
    options = ["--exit-on-error", "--no-owner", "--no-comments", "--no-password", f"--dbname={database_of(target)}"]
    process, complaints = run_program([restore_program, *options], environment_of(target), stdin=subprocess.PIPE)
    with complaints, process:
        failure: BackupError | None = None
        try:
            unseal(path, keys.identities, into=process.stdin)
            process.stdin.close()
        except (BackupError, BrokenPipeError) as error:
            failure = BackupError(str(error))
            process.kill()
        if process.wait() or failure:
            raise BackupError(f"The backup was not loaded: {complaint_of(complaints) or failure}") from failure
    say("Comparing every table with the backup …")
    if wrong := differences(manifest, target):
        raise BackupError("The restored database is not what was backed up. " + "; ".join(wrong[:5]) + ".")
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _make_roles(target: str, manifest: Manifest) -> None:
    """Make the roles that this server lacks: our own as RESTORE_ROLES does, others of the backup without sign-in."""
    with psycopg.connect(target, autocommit=True) as connection:
        for make in settings.RESTORE_ROLES:
            import_string(make)(connection)
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name in manifest.roles:
            if name not in known:
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))


def finish(target: str, path: Path, manifest: Manifest, *, migrate: bool, say: Say, current: str | None) -> None:
    """Bring a restored database up to this code and to today: migrations, audit chain, erasures, doubted messages.

    What was erased after the backup was made is erased again: `erasures.txt` beside the backup and the current
    database tell (GDPR art. 17 holds for backups too, at the latest when one is restored).
    """
    pending = len(MigrationLoader(None).disk_migrations) - len(manifest.migrations)
    if migrate and pending > 0:
        say(f"Running the {pending} migrations that came after the backup …")
        _manage(target, "migrate", "--verbosity", "0")
    elif pending > 0:
        say(f"{pending} migrations came after the backup: run `manage.py migrate`.")
    say("Checking the audit chain …")
    _manage(target, "verify_audit")
    _erase_again(target, path, say=say, current=current)
    _manage(target, "after_restore", f"--made-at={manifest.made_at}")


def _erase_again(target: str, path: Path, *, say: Say, current: str | None) -> None:
    listed = path.with_name(ERASURES)
    if current is not None and not _is_empty(current):
        try:
            add_erasures(listed, lambda found: _manage(current, "erasures", "--export", str(found)))
        except (BackupError, OSError) as error:
            say(f"The erasures of the current database could not be read: {error}")
    if listed.exists():
        say("Erasing again what was erased after the backup …")
        _manage(target, "erasures", "--reapply", str(listed))


def _manage(target: str, *arguments: str) -> None:
    """Run a command of ours on another database than this process's own."""
    environment = {**os.environ, "DATABASE_URL": target, "DATABASE_OWNER_URL": target}
    command = [sys.executable, str(MANAGE), *arguments]
    ran = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)  # noqa: S603
    if ran.returncode:
        tail = " ".join((ran.stderr or ran.stdout).strip().splitlines()[-2:])
        raise BackupError(f"`manage.py {arguments[0]}` failed on the restored database: {tail}")


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return not tables_of(connection)
