"""Making a backup: one consistent snapshot, streamed into an encrypted file, read back, and only then named."""

import datetime
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import psycopg
from pyrage import x25519

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import Keys
from fysicure.backup.manifest import LEFT_OUT, Manifest, describe, snapshot
from fysicure.backup.programs import environment_of, program
from fysicure.backup.sealed import complaint_of, run_program, seal, unseal

LOCK = 7_306_012  # never two backups of one database at once
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Backup:
    """A finished backup: its file, what it holds, the size of the file in bytes and its SHA-256."""

    path: Path
    manifest: Manifest
    size: int
    sha256: str


def make_backup(
    url: str, path: Path, *, keys: Keys, now: datetime.datetime, beside: Mapping[str, str] = MappingProxyType({})
) -> Backup:
    """Back up a whole database into one encrypted file, with a description (and `beside`) in `path`.json.

    The file is written as `path`.part, reaches the disk, is decrypted and unpacked to its last byte, and then gets its
    name: a file without .part is a whole backup. Raises BackupError, and leaves nothing behind, when any step fails.
    """
    part = path.with_name(f"{path.name}.part")
    witness = x25519.Identity.generate()  # lives in this process only: reads back what nobody here may read later
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with snapshot(url) as connection, _alone(connection):
            manifest = describe(connection, now=now)
            size, sha256 = _write(connection, url, part, manifest, [*keys.recipients, witness.to_public()])
        _read_back(part, manifest, sha256, [witness])
        made = Backup(path, manifest, size, sha256)
        _describe_beside(made, beside)
        part.replace(path)
        _sync_folder(path.parent)
    except (OSError, psycopg.Error) as error:
        raise BackupError(f"No backup was made: {str(error).strip()}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return made


@contextmanager
def _alone(connection: psycopg.Connection) -> Iterator[None]:
    """Let one backup of a database run at a time; the lock ends with the connection."""
    if connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
        raise BackupError("Another backup is being made right now.")
    yield


def _write(
    connection: psycopg.Connection, url: str, part: Path, manifest: Manifest, recipients: list[x25519.Recipient]
) -> tuple[int, str]:
    """Let pg_dump write the snapshot of `connection` into the encrypted file; return its size and SHA-256."""
    (exported,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    dump = program("pg_dump", server=manifest.postgresql)
    options = ["--format=custom", "--compress=gzip:4", "--no-password", f"--snapshot={exported}"]
    options += [f"--exclude-table-data={name}" for name in LEFT_OUT]
    process, complaints = run_program([dump, *options], environment_of(url), stdout=subprocess.PIPE)
    with complaints, process:
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
                measured = seal(manifest, process.stdout, file, recipients)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupError(f"pg_dump stopped: {complaint_of(complaints)}")
    return measured.size, measured.sha256


def _read_back(part: Path, manifest: Manifest, sha256: str, identities: list[x25519.Identity]) -> None:
    """Decrypt the file from the disk and let pg_restore unpack every block of it."""
    restore = program("pg_restore", server=manifest.postgresql)
    process, complaints = run_program(
        [restore, "--file=/dev/null"], dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    with complaints, process:
        found, read = unseal(part, identities, into=process.stdin)
        process.stdin.close()
        if process.wait():
            raise BackupError(f"The backup cannot be read back: {complaint_of(complaints)}")
    if found != manifest or read != sha256:
        raise BackupError("The backup that was read back is not the one that was written: look at the disk.")


def _describe_beside(made: Backup, beside: Mapping[str, str]) -> None:
    """Write `path`.json: the manifest, the size and the SHA-256, readable without the key. No personal data."""
    described = {**beside, **asdict(made.manifest), "file": made.path.name, "bytes": made.size, "sha256": made.sha256}
    write_whole(made.path.with_name(f"{made.path.name}.json"), json.dumps(described, indent=1, sort_keys=True) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is either the old one or the whole new one."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
