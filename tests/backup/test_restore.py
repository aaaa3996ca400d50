"""A backup comes back whole into an empty and into a filled server, or nothing changes and the reason is said."""

import dataclasses
import io
import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fysicure.backup import restoring
from fysicure.backup.drill import hold_drill, is_signed
from fysicure.backup.erasures import add_erasures
from fysicure.backup.errors import BackupError
from fysicure.backup.keys import Keys, make_key, read_keys
from fysicure.backup.making import LOCK, Backup, make_backup
from fysicure.backup.manifest import Manifest, differences
from fysicure.backup.programs import database_of, environment_of, program, with_database
from fysicure.backup.rotation import rotate
from fysicure.backup.sealed import seal, unseal
from fysicure.management.commands import restore
from tests.migrated_database import drop
from tests.people import BRUSSELS

EVENTS = "SELECT kind, request_id, detail->>'action' FROM accounts_securityevent ORDER BY id"


def silent(_text: str) -> None:
    """Nobody reads."""


def rows(url: str, query: str = EVENTS) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def databases(server: psycopg.Connection, url: str) -> list[str]:
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1"
    return [name for (name,) in server.execute(query, [database_of(url)])]


@pytest.fixture
def backup(practice: str, keys: Keys, tmp_path: Path) -> Backup:
    """The practice, backed up."""
    return make_backup(practice, tmp_path / "practice.age", keys=keys, now=timezone.now())


def resealed(backup: Backup, keys: Keys, into: Path, **changes: Any) -> Path:
    """Seal the dump of a backup again with a manifest that says something else."""
    dump = io.BytesIO()
    unseal(backup.path, keys.identities, into=dump)
    dump.seek(0)
    with into.open("wb") as file:
        seal(dataclasses.replace(backup.manifest, **changes), dump, file, keys.recipients)
    return into


def test_a_backup_says_what_it_holds_and_only_the_key_opens_it(backup: Backup) -> None:
    described = json.loads(backup.path.with_name("practice.age.json").read_text())
    assert described["tables"]["public.accounts_securityevent"][0] == 2
    assert described["bytes"] == backup.path.stat().st_size
    assert "accounts.0003_security_events" in described["migrations"]
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    sealed = backup.path.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert b"Lotte" not in sealed
    assert b"securityevent" not in sealed
    assert sorted(path.name for path in backup.path.parent.glob("practice*")) == ["practice.age", "practice.age.json"]


def test_it_takes_the_place_of_a_filled_database(
    backup: Backup, practice: str, keys: Keys, server: psycopg.Connection
) -> None:
    with psycopg.connect(practice, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO accounts_securityevent (at, kind, request_id, detail) VALUES (now(), 'token', '', '{}')"
        )
    done = restoring.restore(practice, backup.path, keys=keys, now=timezone.now(), say=silent)
    assert rows(practice) == [("sign_in", "Lotte", None), ("sign_in", "Bram", None), ("backup", "", "restored")]
    assert rows(practice, "SELECT * FROM django_session") == []
    assert done.before is not None
    assert rows(with_database(practice, done.before))[-1][0] == "token"
    assert databases(server, practice) == [database_of(practice), done.before]


def test_it_comes_back_on_a_server_without_the_database_and_without_its_roles(
    practice: str, keys: Keys, tmp_path: Path, server: psycopg.Connection, worker_id: str
) -> None:
    role = f"backup_portal_{worker_id}"
    server.execute(f"CREATE ROLE {role}")
    try:
        with psycopg.connect(practice, autocommit=True) as connection:
            connection.execute("ALTER TABLE patients_patient ENABLE ROW LEVEL SECURITY")
            connection.execute(f"CREATE POLICY own ON patients_patient TO {role} USING (false)")
            connection.execute(f"GRANT SELECT ON patients_patient TO {role}")
        made = make_backup(practice, tmp_path / "practice.age", keys=keys, now=timezone.now())
        drop(server, database_of(practice))
        server.execute(f"DROP ROLE {role}")
        done = restoring.restore(practice, made.path, keys=keys, now=timezone.now(), say=silent)
        assert done.before is None
        assert ("own", [role]) in rows(practice, "SELECT policyname, roles::text[] FROM pg_policies")
        assert rows(practice, f"SELECT has_table_privilege('{role}', 'patients_patient', 'SELECT')") == [(True,)]
        assert rows(practice, f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{role}'") == [(False,)]  # noqa: S608
        assert rows(practice)[-1] == ("backup", "", "restored")
    finally:
        drop(server, database_of(practice))
        server.execute(f"DROP ROLE IF EXISTS {role}")


def spoil(how: str, backup: Backup, keys: Keys, folder: Path) -> tuple[Path, Keys]:
    """Return a backup that must be refused, and the keys to try it with."""
    path, manifest = folder / "spoilt.age", backup.manifest
    sealed = backup.path.read_bytes()
    if how == "another key":
        make_key(folder / "other", now=timezone.now())
        return backup.path, read_keys(folder / "other")
    if how == "only the public key":
        return backup.path, dataclasses.replace(keys, identities=())
    if how == "cut short":
        path.write_bytes(sealed[: len(sealed) // 2])
    elif how == "altered":
        middle = len(sealed) // 2
        path.write_bytes(sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :])
    elif how == "no backup":
        path.write_bytes(b"hello")
    elif how == "newer code":
        resealed(backup, keys, path, migrations=[*manifest.migrations, "patients.9999_of_next_year"])
    elif how == "newer PostgreSQL":
        resealed(backup, keys, path, postgresql=99)
    elif how == "newer format":
        resealed(backup, keys, path, format=2)
    elif how == "too large":
        resealed(backup, keys, path, database_bytes=2**60)
    elif how == "other rows":
        tables = {**manifest.tables, "public.accounts_securityevent": [2, "17"]}
        resealed(backup, keys, path, tables=tables)
    return path, keys


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("another key", "The key does not open"),
        ("only the public key", "cannot read them"),
        ("cut short", "is cut short or was altered"),
        ("altered", "is cut short or was altered"),
        ("no backup", "cannot be read as a backup"),
        ("newer code", "made by newer code: patients.9999_of_next_year"),
        ("newer PostgreSQL", "of PostgreSQL 99; this server is"),
        ("newer format", "has format 2"),
        ("too large", "MB free and the database needs"),
        ("other rows", "accounts_securityevent: the 2 rows hold other values"),
    ],
)
def test_what_cannot_be_restored_changes_nothing(
    how: str, reason: str, untouched: Backup, keys: Keys, tmp_path: Path, server: psycopg.Connection, worker_id: str
) -> None:
    practice = with_database(os.environ["DATABASE_OWNER_URL"], f"backup_{worker_id}_untouched")
    path, tried = spoil(how, untouched, keys, tmp_path)
    with pytest.raises(BackupError, match=reason):
        restoring.restore(practice, path, keys=tried, now=timezone.now(), say=silent)
    assert databases(server, practice) == [database_of(practice)]
    assert len(rows(practice)) == 2


def test_into_a_given_database_that_must_be_empty(
    untouched: Backup, keys: Keys, server: psycopg.Connection, worker_id: str
) -> None:
    backup, target = untouched, with_database(os.environ["DATABASE_OWNER_URL"], f"backup_{worker_id}_given")
    server.execute(f"CREATE DATABASE {database_of(target)}")
    restoring.restore_into(target, backup.path, keys=keys, say=silent)
    assert rows(target)[-1] == ("backup", "", "restored")
    with pytest.raises(BackupError, match="is not empty"):
        restoring.restore_into(target, backup.path, keys=keys, say=silent)


def test_a_given_database_that_was_half_filled_is_not_said_to_be_as_it_was(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_args: object, **_more: object) -> None:
        raise BackupError("The disk is full.")

    monkeypatch.setattr(restoring, "examine", lambda *_args, **_more: None)
    monkeypatch.setattr(restoring, "_is_empty", lambda _url: True)
    monkeypatch.setattr(restoring, "fill", stop)
    monkeypatch.setattr(restore, "let_go", lambda: None)
    monkeypatch.setattr(restore, "keys_to_read", lambda _file: keys)
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(tmp_path / "some.age"), "--into", "postgresql:///given")
    assert "The disk is full. The database given may hold a part of the backup" in str(refused.value)
    assert "Nothing was changed" not in str(refused.value)


@pytest.fixture
def crowd(practice: str) -> Iterator[list[str]]:
    """Others who work in the database and come back at once when their connection is cut, as a pool does."""
    stop, troubles = threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            try:
                with psycopg.connect(practice) as connection:
                    connection.execute("SELECT count(*) FROM accounts_securityevent")
            except psycopg.OperationalError as error:
                troubles.append(str(error))
            stop.wait(0.01)  # a crowd, not a flood of new connections that leaves the restore no time

    team = [threading.Thread(target=work) for _each in range(4)]
    for each in team:
        each.start()
    yield troubles
    stop.set()
    for each in team:
        each.join()


@pytest.mark.nightly
def test_it_is_swapped_in_while_others_work(backup: Backup, practice: str, keys: Keys, crowd: list[str]) -> None:
    done = restoring.restore(practice, backup.path, keys=keys, now=timezone.now(), say=silent)
    assert done.before is not None
    assert rows(practice)[-1] == ("backup", "", "restored")


def test_a_difference_in_one_value_is_found(backup: Backup, practice: str) -> None:
    manifest: Manifest = backup.manifest
    assert differences(manifest, practice) == []
    with psycopg.connect(practice, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE accounts_securityevent SET request_id = 'Other' WHERE request_id = 'Bram'")
    assert differences(manifest, practice) == ["public.accounts_securityevent: the 2 rows hold other values"]


def test_the_drill_proves_signs_and_leaves_nothing(
    backup: Backup, practice: str, keys: Keys, server: psycopg.Connection, tmp_path: Path
) -> None:
    report = json.loads(hold_drill(practice, backup.path, keys=keys, now=timezone.now(), say=silent).read_text())
    assert (report["passed"], report["rows"]) == (True, backup.manifest.rows)
    assert is_signed(report)
    assert not is_signed({**report, "rows": report["rows"] + 1})
    assert databases(server, practice) == [database_of(practice)]
    bad = resealed(backup, keys, tmp_path / "bad.age", tables={})
    with pytest.raises(BackupError):
        hold_drill(practice, bad, keys=keys, now=timezone.now(), say=silent)
    failed = [json.loads(path.read_text()) for path in (tmp_path / "drills").iterdir()]
    assert sorted(each["passed"] for each in failed) == [False, True]


def test_never_two_at_once(practice: str, keys: Keys, tmp_path: Path) -> None:
    with psycopg.connect(practice, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(BackupError, match="Another backup"):
            rotate(practice, tmp_path / "all", keys=keys, now=timezone.now(), zone=BRUSSELS)
    assert "Another backup" in json.loads((tmp_path / "all" / "failed.json").read_text())["reason"]
    rotate(practice, tmp_path / "all", keys=keys, now=timezone.now(), zone=BRUSSELS)
    assert [path.suffix for path in sorted((tmp_path / "all").iterdir())] == [".age", ".json"]


def test_the_password_stands_in_no_argument() -> None:
    environment = environment_of("postgresql://owner:s%20cret@db.example:5433/practice?sslmode=verify-full")
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE")
    assert [environment[name] for name in names] == ["db.example", "5433", "owner", "s cret", "practice", "verify-full"]


def test_an_older_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    assert program("pg_dump", server=14) == old
    with pytest.raises(BackupError, match="PostgreSQL 15 or newer is needed"):
        program("pg_dump", server=15)


def test_a_key_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path / "key", now=timezone.now())
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(BackupError, match="exists already"):
        make_key(tmp_path / "key", now=timezone.now())
    os.chmod(tmp_path / "key", 0o644)
    with pytest.raises(BackupError, match="Others can read"):
        read_keys(tmp_path / "key")
    assert read_keys(tmp_path / "key.pub").identities == ()


def test_the_end_of_the_audit_chain_is_a_fact_to_prove(practice: str, keys: Keys, tmp_path: Path) -> None:
    with psycopg.connect(practice, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS accounts_audithead CASCADE")
        connection.execute("CREATE TABLE accounts_audithead AS SELECT 7 AS position, '\\xab12'::bytea AS hash")
    made = make_backup(practice, tmp_path / "practice.age", keys=keys, now=timezone.now())
    assert made.manifest.facts == {"fysicure.backup.facts.audit_head": [7, "ab12"]}
    with psycopg.connect(practice, autocommit=True) as connection:
        connection.execute("UPDATE accounts_audithead SET position = 8")
    wrong = differences(made.manifest, practice)
    assert "fysicure.backup.facts.audit_head: [8, 'ab12'], not [7, 'ab12']" in wrong


def test_the_list_of_erased_records_never_gets_shorter(tmp_path: Path) -> None:
    listed = tmp_path / "erasures.txt"
    add_erasures(listed, lambda found: found.write_text("b\na\n"))
    add_erasures(listed, lambda found: found.write_text(""))
    add_erasures(listed, lambda found: found.write_text("c\n"))
    assert listed.read_text() == "a\nb\nc\n"
