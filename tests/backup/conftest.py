"""A migrated database of its own with a few people in it, committed: backups are made by other processes."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.utils import timezone

from fysicure.backup.keys import Keys, make_key, read_keys
from fysicure.backup.making import Backup, make_backup
from fysicure.backup.programs import database_of, with_database
from tests.migrated_database import copy_of_template, drop

PEOPLE = """
INSERT INTO accounts_securityevent (at, kind, request_id, detail)
VALUES (now(), 'sign_in', 'Lotte', '{}'), (now(), 'sign_in', 'Bram', '{}');
INSERT INTO django_session VALUES ('somebody', 'signed in', now() + interval '1 day')
"""


@pytest.fixture(scope="session")
def server() -> Iterator[psycopg.Connection]:
    """A connection to the server of the tests, not to a database of ours."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname="postgres", autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def new_practice(django_db_setup: None, server: psycopg.Connection, worker_id: str) -> Iterator[Callable[[str], str]]:
    """Return a function that makes a migrated database with a few rows; what it made, and made of it, is dropped."""
    prefix = f"backup_{worker_id}_"

    def make(name: str) -> str:
        copy_of_template(server, prefix + name)
        url = with_database(os.environ["DATABASE_OWNER_URL"], prefix + name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(PEOPLE)
        return url

    yield make
    made = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
    for (name,) in made:
        drop(server, name)


@pytest.fixture
def practice(new_practice: Callable[[str], str], server: psycopg.Connection) -> Iterator[str]:
    """The address of a practice that the test may change."""
    url = new_practice("practice")
    yield url
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (name,) in server.execute(query, [database_of(url)]).fetchall():
        drop(server, name)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The practice's pair of keys."""
    path = tmp_path_factory.mktemp("keys") / "key"
    make_key(path, now=timezone.now())
    return read_keys(path)


@pytest.fixture(scope="session")
def untouched(new_practice: Callable[[str], str], keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup of a practice named `untouched`, which no test may change."""
    path = tmp_path_factory.mktemp("untouched") / "practice.age"
    return make_backup(new_practice("untouched"), path, keys=keys, now=timezone.now())
