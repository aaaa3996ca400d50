"""pg_dump and pg_restore: which one, and how it connects without a password on its command line."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from fysicure.backup.errors import BackupError
from fysicure.database import DatabaseUnavailable, binary

VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "service": "PGSERVICE",
}


def database_of(url: str) -> str:
    """Return the name of the database that an address leads to."""
    return str(conninfo_to_dict(url).get("dbname") or "postgres")


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{quote(name)}{f'?{parts.query}' if parts.query else ''}"


def environment_of(url: str) -> dict[str, str]:
    """Return the environment with which a PostgreSQL program finds the database: the password is in no argument."""
    given = {VARIABLES[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in VARIABLES}
    return {**os.environ, "LC_ALL": "C", **given}


def version_of(program: Path) -> int:
    """Return the major version of a PostgreSQL program; 0 when it does not run."""
    try:
        said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\)\s+(\d+)", said)
    return int(found[1]) if found else 0


def candidates(name: str) -> list[Path]:
    """Return where a program may be: in the folder PG_BIN when that is set, else ours and the one on the PATH."""
    if folder := os.environ.get("PG_BIN"):
        return [Path(folder) / name]
    found = []
    with contextlib.suppress(DatabaseUnavailable):
        found.append(binary(name))
    if on_path := shutil.which(name):
        found.append(Path(on_path))
    return found


def program(name: str, *, server: int) -> Path:
    """Return pg_dump or pg_restore for a server of a major version: the same version first, else a newer one.

    Raises BackupError when there is none: an older pg_dump refuses a newer server.
    """
    versions = {path: version_of(path) for path in candidates(name)}
    fitting = sorted((version, path) for path, version in versions.items() if version >= server)
    if not fitting:
        raise BackupError(f"{name} of PostgreSQL {server} or newer is needed. Install it, or set PG_BIN to its folder.")
    return fitting[0][1]
