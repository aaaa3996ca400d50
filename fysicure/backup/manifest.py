"""What a backup says about itself, taken in the same snapshot as the dump, and taken again from what was restored."""

import datetime
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.utils.module_loading import import_string
from psycopg import sql

from fysicure.backup.errors import BackupError

FORMAT = 1
MAGIC = "fysicure-backup"
# Who is signed in and what is cached belongs to the moment: a restore signs everyone out.
LEFT_OUT = ("public.django_session", "public.usersessions_usersession", "public.accounts_cache")
PLAIN_TEXT = """
SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601';
SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = off;
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
"""
TABLES = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1
"""
# Row by row as text, hashed, added up: the order of the rows does not count, each column of each row does.
DIGEST = 'SELECT count(*), coalesce(sum(hashtextextended(t::text COLLATE "C", 0)), 0)::text FROM {} AS t'
ROLES = """
SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('a', 'r') AND r.rolname !~ '^pg_'
    AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
"""
LETTERS = """
SELECT datlocprovider::text AS provider, datcollate AS collate, datctype AS ctype,
    coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') AS locale
FROM pg_database d WHERE datname = current_database()
"""


@dataclass(frozen=True)
class Manifest:
    """A backup's own description. `tables` gives for each table its rows and the digest of all of them."""

    made_at: str
    code: str
    postgresql: int
    letters: dict[str, Any]
    migrations: list[str]
    tables: dict[str, list[Any]]
    roles: list[str]
    database_bytes: int
    facts: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=lambda: list(LEFT_OUT))
    magic: str = MAGIC
    format: int = FORMAT

    def line(self) -> bytes:
        """The first line of the plain backup; what follows is pg_dump's."""
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True).encode() + b"\n"

    @property
    def rows(self) -> int:
        """How many rows the backup holds."""
        return sum(int(rows) for rows, _digest in self.tables.values())


def read_manifest(line: bytes) -> Manifest:
    """Read the first line of a plain backup. Raises BackupError when it is none, or of a newer format."""
    try:
        found = json.loads(line)
        is_ours = found["magic"] == MAGIC
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise BackupError("This is not a backup of Fysicure.")
    if found["format"] != FORMAT:
        raise BackupError(f"This backup has format {found['format']}; this version of Fysicure reads {FORMAT}.")
    return Manifest(**found)


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """Connect and hold one consistent picture of the database, in which values are written the same everywhere."""
    with psycopg.connect(url) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(PLAIN_TEXT)
        yield connection


def tables_of(connection: psycopg.Connection) -> list[str]:
    """Return the tables whose rows a backup holds."""
    return [name for (name,) in connection.execute(TABLES) if name not in LEFT_OUT]


def digests(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """Return for each table how many rows it has and the digest of all of them. Reads everything."""
    found = {}
    for name in tables_of(connection):
        query = sql.SQL(DIGEST).format(sql.Identifier(*name.split(".", 1)))
        rows = connection.execute(query).fetchone()
        found[name] = list(rows or ())
    return found


def migrations_of(connection: psycopg.Connection) -> list[str]:
    """Return the migrations that have run, as `app.name`; none in a database without tables."""
    if connection.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
        return []
    return [name for (name,) in connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")]


def facts(connection: psycopg.Connection) -> dict[str, Any]:
    """Return what the rooms want proved besides rows: each function of BACKUP_FACTS, called with the connection."""
    return {name: import_string(name)(connection) for name in settings.BACKUP_FACTS}


def describe(connection: psycopg.Connection, *, now: datetime.datetime) -> Manifest:
    """Describe the database as it is in the snapshot of `connection`."""
    columns = ("provider", "collate", "ctype", "locale")
    size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return Manifest(
        made_at=now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        code=os.environ.get("FYSICURE_VERSION", ""),
        postgresql=connection.info.server_version // 10000,
        letters=dict(zip(columns, connection.execute(LETTERS).fetchone() or (), strict=True)),
        migrations=migrations_of(connection),
        tables=digests(connection),
        roles=[name for (name,) in connection.execute(ROLES)],
        database_bytes=size[0] if size else 0,
        facts=facts(connection),
    )


def differences(expected: Manifest, url: str) -> list[str]:
    """Return in which tables, migrations or facts a restored database differs from its backup; empty when in none."""
    with snapshot(url) as connection:
        found, ran, told = digests(connection), migrations_of(connection), facts(connection)
    wrong = _tables_that_differ(expected.tables, found)
    if ran != expected.migrations:
        wrong.append("django_migrations: not the migrations of the backup")
    wrong += [
        f"{name}: {told[name]!r}, not {kept!r}" for name, kept in expected.facts.items() if told.get(name) != kept
    ]
    return wrong


def _tables_that_differ(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    wrong = []
    for name in sorted(expected | found):
        before, after = expected.get(name), found.get(name)
        if before is None or after is None:
            wrong.append(f"{name}: {'too much' if before is None else 'missing'}")
        elif before[0] != after[0]:
            wrong.append(f"{name}: {after[0]} rows, not {before[0]}")
        elif before != after:
            wrong.append(f"{name}: the {after[0]} rows hold other values")
    return wrong


def unknown_migrations(manifest: Manifest, known: Sequence[str]) -> list[str]:
    """Return the migrations of a backup that this code does not have: such a backup was made by newer code."""
    return sorted(set(manifest.migrations) - set(known))
