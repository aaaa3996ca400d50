"""The file itself: an age file that holds the manifest on one line and then what pg_dump wrote.

Standard tools open it without Fysicure:  age -d -i KEY FILE | tail -n +2 | pg_restore -d DATABASE
Everything flows in blocks: neither making nor reading one needs memory or disk for the whole.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage import x25519

from fysicure.backup.errors import BackupError
from fysicure.backup.manifest import Manifest, read_manifest

LONGEST_MANIFEST = 4 * 1024 * 1024


@dataclass
class _Source:
    """Reads the manifest first and then the dump."""

    head: bytes
    dump: IO[bytes]

    def read(self, size: int = -1) -> bytes:
        if self.head:
            block, self.head = self.head[:size], self.head[size:]
            return block
        return self.dump.read(size)


class _Measured:
    """Passes reads and writes on, and keeps how much passed and its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self._digest = file, 0, hashlib.sha256()

    def _note(self, block: bytes) -> None:
        self.size += len(block)
        self._digest.update(block)

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self._note(block)
        return block

    def write(self, block: bytes) -> int:
        self._note(block)
        return self.file.write(block)

    def flush(self) -> None:
        self.file.flush()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Opened:
    """Takes the plain backup: keeps its first line, and passes the rest on."""

    def __init__(self, into: IO[bytes] | None) -> None:
        self.into, self.head, self.is_past_head = into, b"", False

    def write(self, block: bytes) -> int:
        rest = block
        if not self.is_past_head:
            line, end, rest = block.partition(b"\n")
            self.head += line
            self.is_past_head = bool(end)
            if len(self.head) > LONGEST_MANIFEST:
                raise ValueError("This is not a backup of Fysicure.")
        if rest and self.into is not None:
            self.into.write(rest)
        return len(block)

    def flush(self) -> None:
        if self.into is not None:
            self.into.flush()


def run_program(command: Sequence[str | Path], environment: dict[str, str], **pipes: Any) -> tuple[Any, IO[bytes]]:
    """Start a PostgreSQL program; return it and the file with what it complains about."""
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 closed with the process that fills it
    process = subprocess.Popen(command, env=environment, stderr=complaints, **pipes)  # noqa: S603
    return process, complaints


def complaint_of(complaints: IO[bytes]) -> str:
    """Return the last lines a program complained with."""
    complaints.seek(0)
    return " ".join(complaints.read().decode(errors="replace").strip().splitlines()[-3:])


def seal(manifest: Manifest, dump: IO[bytes], into: IO[bytes], recipients: Sequence[x25519.Recipient]) -> _Measured:
    """Encrypt manifest and dump for the recipients; return the measure of the file. Raises BackupError (disk full)."""
    measured = _Measured(into)
    try:
        pyrage.encrypt_io(_Source(manifest.line(), dump), measured, list(recipients))
    except (pyrage.EncryptError, OSError) as error:
        raise BackupError(f"The backup could not be written: {error}") from error
    return measured


def unseal(path: Path, identities: Sequence[x25519.Identity], into: IO[bytes] | None = None) -> tuple[Manifest, str]:
    """Decrypt a backup, passing the dump to `into`; return its manifest and the SHA-256 of the file.

    Each block is authenticated before it is passed on. Raises BackupError for a wrong key and for a file that is cut
    short, altered, or no backup.
    """
    opened = _Opened(into)
    try:
        with path.open("rb") as file:
            measured = _Measured(file)
            pyrage.decrypt_io(measured, opened, list(identities))
    except pyrage.DecryptError as error:
        text = str(error)
        if "No matching keys" in text:
            raise BackupError(f"The key does not open {path}: it was made for another key.") from error
        raise BackupError(f"{path} cannot be read as a backup: {text}") from error
    except BrokenPipeError as error:
        raise BackupError("pg_restore stopped before the end.") from error
    except OSError as error:
        if error.errno is not None:
            raise BackupError(f"{path} cannot be read: {error}") from error
        raise BackupError(f"{path} is cut short or was altered: {error}.") from error
    except ValueError as error:
        raise BackupError(str(error)) from error
    return read_manifest(opened.head), measured.sha256
