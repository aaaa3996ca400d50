"""One database is migrated by its owner and kept as a template; each test worker gets a copy of it at once.

The template's name holds a hash of what the migrations depend on, so a changed migration makes a new one.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from fysicure.as_owner import as_owner

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "fysicure_template_"
LOCK = 7_306_011


def template_name() -> str:
    """Return the name of the template that belongs to this state of the code."""
    roles = [ROOT / "fysicure" / "database_roles.py", ROOT / "fysicure" / "row_security.py"]
    settings = [ROOT / "requirements.txt", ROOT / "fysicure" / "settings.py"]
    files = [*sorted(ROOT.glob("*/migrations/*.py")), *roles, *settings]
    content = hashlib.sha256()
    for path in files:
        content.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return PREFIX + content.hexdigest()[:16]


def is_there(server: psycopg.Connection, name: str) -> bool:
    """Whether the server has a database of this name."""
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def drop(server: psycopg.Connection, name: str) -> None:
    """Drop a database, with whoever is still connected to it."""
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def let_go() -> None:
    """Close every connection that Django keeps, those in its pool included."""
    connection.close()
    connection.close_pool()


def build_template(server: psycopg.Connection, name: str) -> None:
    """Migrate an empty database under another name and rename it at the end: what is there is whole."""
    old = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]).fetchall()
    for (stale,) in old:
        drop(server, stale)
    original, building = connection.settings_dict["TEST"]["NAME"], f"{PREFIX}unfinished"
    connection.settings_dict["TEST"]["NAME"] = building
    with as_owner():
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    let_go()
    connection.settings_dict["TEST"]["NAME"] = original
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))


def copy_of_template(server: psycopg.Connection, copy: str) -> None:
    """Make a migrated, empty database; the first one to ask migrates the template."""
    template = template_name()
    server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    if not is_there(server, template):
        build_template(server, template)
    drop(server, copy)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(template)))
    server.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Give this worker its own copy of the migrated database. Replaces the fixture of pytest-django."""
    original = connection.settings_dict["NAME"]
    copy = connection.settings_dict["TEST"]["NAME"] or f"test_{original}"
    with (
        django_db_blocker.unblock(),
        psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname="postgres", autocommit=True) as server,
    ):
        copy_of_template(server, copy)
        connection.settings_dict["NAME"] = copy
        yield
        let_go()
        drop(server, copy)
        connection.settings_dict["NAME"] = original
