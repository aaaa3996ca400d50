"""Databases beside each other on one server: making, dropping, and the swap that puts a restored one in its place."""

import threading
from typing import LiteralString

import psycopg
from psycopg import sql

from fysicure.backup.errors import BackupError
from fysicure.backup.manifest import Manifest
from fysicure.backup.programs import with_database

MAINTENANCE = "postgres"
SWAP_LOCK = 7_306_013
PROVIDERS: dict[str, LiteralString] = {
    "b": " LOCALE_PROVIDER builtin BUILTIN_LOCALE {}",
    "i": " LOCALE_PROVIDER icu ICU_LOCALE {}",
}
TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def _server(url: str) -> psycopg.Connection:
    return psycopg.connect(with_database(url, MAINTENANCE), autocommit=True)


def exists(url: str, name: str) -> bool:
    """Whether the server has a database of this name."""
    with _server(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def create_database(url: str, name: str, manifest: Manifest) -> None:
    """Make an empty database whose letters sort and fold as they did where the backup was made."""
    letters = manifest.letters
    query = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE {} LC_CTYPE {}").format(
        sql.Identifier(name), letters["collate"], letters["ctype"]
    )
    if provider := PROVIDERS.get(letters["provider"]):
        query += sql.SQL(provider).format(letters["locale"])
    try:
        with _server(url) as connection:
            connection.execute(query)
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            "This role may not create a database. Give an empty one: manage.py restore FILE --into URL"
        ) from error
    except psycopg.Error as error:
        raise BackupError(f"No database could be made beside the current one: {str(error).strip()}") from error


def drop_database(url: str, name: str) -> None:
    """Drop a database with whoever is connected to it."""
    with _server(url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def swap(url: str, *, fresh: str, name: str, before: str | None) -> None:
    """Rename `name` to `before` and `fresh` to `name`, both or neither.

    A rename waits up to five seconds for others to leave; while it waits, its lock keeps new ones out. A second
    connection ends those that are in, so that a pool that reconnects at once cannot win.
    """
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    steps = [(name, before)] if before else []
    steps.append((fresh, name))
    done = threading.Event()
    ender = threading.Thread(target=_end_sessions, args=(url, [name, fresh], done))
    ender.start()
    try:
        with psycopg.connect(with_database(url, MAINTENANCE)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [SWAP_LOCK])
            for old, new in steps:
                connection.execute(rename.format(sql.Identifier(old), sql.Identifier(new)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            "This role may not rename the database. Give an empty one: manage.py restore FILE --into URL"
        ) from error
    except psycopg.Error as error:
        raise BackupError(f"The databases could not be swapped: {str(error).strip()}") from error
    finally:
        done.set()
        ender.join()


def _end_sessions(url: str, names: list[str], done: threading.Event) -> None:
    """End the sessions in these databases, again and again until `done`."""
    with _server(url) as connection:
        while not done.is_set():
            for name in names:
                try:
                    connection.execute(TERMINATE, [name])
                except psycopg.errors.InsufficientPrivilege:
                    return  # the rename says who is in the way
            done.wait(0.1)
