"""A chain of practices: a database each, one file that names them, and what is done to or asked of all of them.

The file (PRACTICES_FILE, TOML) has a table for each practice. An address may stand in a file of its own, which keeps
the list free of secrets; else the list may be read by its owner only. Addresses are printed nowhere.

    [mol]
    url_file = "/etc/fysicure/practices/mol/database_url"
    owner_url_file = "/etc/fysicure/practices/mol/database_owner_url"
    backup_dir = "/var/backups/fysicure/mol"
"""

import datetime
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader

from fysicure.backup.rotation import good_backups
from fysicure.backup.standing import LATE_AFTER
from fysicure.database import BASE_DIR
from fysicure.environment import is_open

KEYS = {"url", "url_file", "owner_url", "owner_url_file", "backup_dir"}
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
CONNECT_SECONDS, QUERY_TIMEOUT = 5, "60s"
OLDEST_JOB = datetime.timedelta(minutes=10)
_APPLIED = "SELECT app, name FROM django_migrations ORDER BY id"
_FIGURES = """
SELECT (SELECT count(*) FROM patients_patient WHERE archived_at IS NULL),
       (SELECT count(*) FROM scheduling_appointment WHERE start > now() - interval '30 days' AND start <= now()
           AND status IN ('arrived', 'fulfilled', 'booked')),
       pg_database_size(current_database()),
       (SELECT extract(epoch FROM now() - min(scheduled_at)) FROM procrastinate_jobs
           WHERE status = 'todo' AND scheduled_at <= now()),
       (SELECT extract(epoch FROM now() - max(at)) FROM accounts_securityevent WHERE kind = 'audit_checked')
"""


class PracticesError(Exception):
    """The list of practices cannot be used; the message says why, and holds no address."""


@dataclass(frozen=True)
class Practice:
    """One practice of the list. `url` signs in as the application, `owner_url` as who owns the tables."""

    name: str
    url: str
    owner_url: str
    backup_dir: str

    def without_secrets(self, text: str) -> str:
        """Return a text without this practice's addresses and passwords."""
        for url in (self.url, self.owner_url):
            password = re.search(r"//[^/@]*?:([^@]*)@", url)
            for secret in filter(None, (url, password and password[1])):
                text = text.replace(secret, "***")
        return text


@dataclass(frozen=True)
class Row:
    """What the report says of one practice. Ages in seconds; None: never, unknown or (of a job) none is waiting."""

    practice: str
    migration: str
    pending: int | None
    patients: int | None = None
    visits_30_days: int | None = None
    bytes: int | None = None
    oldest_job: int | None = None
    backup_age: int | None = None
    audit_age: int | None = None
    fault: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one practice; `words` are for a person."""

    practice: str
    is_well: bool
    words: str


def practices(path: Path) -> list[Practice]:
    """Return the practices of a list, in its order. Raises PracticesError when anything in it is wrong."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PracticesError(f"{path} cannot be read.") from error
    except tomllib.TOMLDecodeError as error:
        raise PracticesError(f"{path} is no TOML.") from error
    holds_addresses = any(isinstance(each, dict) and {"url", "owner_url"} & set(each) for each in found.values())
    if holds_addresses and is_open(str(path)):
        raise PracticesError(f"{path} holds addresses and can be read by others: chmod 600 it.")
    return [_practice(name, given) for name, given in found.items()]


def pending(practice: Practice) -> list[str]:
    """Return which migrations of this code the database has not had. Raises psycopg.Error when it does not answer."""
    has_tables = _ask(practice.owner_url, "SELECT to_regclass('django_migrations') IS NOT NULL") == [(True,)]
    known = {tuple(row) for row in _ask(practice.owner_url, _APPLIED)} if has_tables else set()
    return [".".join(key) for key in _of_this_code() if key not in known]


def migrate(practice: Practice) -> Outcome:
    """Bring one practice up to date, in a process of its own. Does nothing to one that is. Raises nothing."""
    try:
        missing = pending(practice)
        if not missing:
            return Outcome(practice.name, True, "up to date")
        addresses = {"DATABASE_URL": practice.url, "DATABASE_OWNER_URL": practice.owner_url}
        others = {"DATABASE_URL_FILE", "DATABASE_OWNER_URL_FILE", "DATABASE_REPLICA_URL", "DATABASE_REPLICA_URL_FILE"}
        environment = {name: value for name, value in os.environ.items() if name not in others} | addresses
        command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
        done = subprocess.run(  # noqa: S603
            command, cwd=BASE_DIR, env=environment, check=False, capture_output=True, text=True
        )
    except (psycopg.Error, OSError) as error:
        return Outcome(practice.name, False, practice.without_secrets(_first_line(error)))
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it failed"]
        return Outcome(practice.name, False, practice.without_secrets(said[-1]))
    return Outcome(practice.name, True, f"{_migrations(len(missing))} ran")


def row_of(practice: Practice, *, now: datetime.datetime) -> Row:
    """Return what the report says of one practice; what cannot be known is told in `fault`. Raises nothing."""
    try:
        applied = _ask(practice.url, _APPLIED)
        patients, visits, size, job, audit = _ask(practice.url, _FIGURES)[0]
    except psycopg.Error as error:
        return Row(practice.name, "", None, fault=practice.without_secrets(_first_line(error)))
    known = {tuple(each) for each in applied}
    row = Row(
        practice=practice.name,
        migration=".".join(applied[-1]) if applied else "",
        pending=sum(key not in known for key in _of_this_code()),
        patients=patients,
        visits_30_days=visits,
        bytes=size,
        oldest_job=None if job is None else int(job),
        backup_age=_backup_age(practice, now=now),
        audit_age=None if audit is None else int(audit),
    )
    return Row(**{**asdict(row), "fault": "; ".join(_faults(row, practice))})


def for_all[R](work: Callable[[Practice], R], of: Sequence[Practice], *, at_once: int) -> Iterator[R]:
    """Do a piece of work for each practice, a few at once, and yield what came of it as it comes."""
    with ThreadPoolExecutor(max(1, at_once)) as pool:
        for each in as_completed([pool.submit(work, practice) for practice in of]):
            yield each.result()


def report(of: Sequence[Practice], *, now: datetime.datetime, at_once: int) -> list[Row]:
    """Return a row for each practice, in the order of the list."""
    order = {practice.name: number for number, practice in enumerate(of)}
    found: Iterable[Row] = for_all(partial(row_of, now=now), of, at_once=at_once)
    return sorted(found, key=lambda row: order[row.practice])


def _practice(name: str, given: object) -> Practice:
    if not NAME.fullmatch(name) or not isinstance(given, dict):
        raise PracticesError(f"{name!r} is no name of a practice with a table: small letters, digits and dashes.")
    if unknown := set(given) - KEYS:
        raise PracticesError(f"{name}: unknown {', '.join(sorted(unknown))}.")
    if not all(isinstance(value, str) for value in given.values()):
        raise PracticesError(f"{name}: every value is a text.")
    url = _address(name, given, "url")
    return Practice(name, url, _address(name, given, "owner_url") or url, given.get("backup_dir", ""))


def _address(name: str, given: dict[str, str], key: str) -> str:
    path, url = given.get(f"{key}_file", ""), given.get(key, "")
    if path and url:
        raise PracticesError(f"{name}: {key} or {key}_file, not both.")
    if path:
        if is_open(path):
            raise PracticesError(f"{name}: the file of {key}_file is not there or can be read by others.")
        url = Path(path).read_text(encoding="utf-8").strip()
    if (url or key == "url") and not url.startswith(("postgresql://", "postgres://")):
        raise PracticesError(f"{name}: {key} must be a postgresql:// address.")
    return url


def _of_this_code() -> list[tuple[str, str]]:
    return sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _ask(url: str, query: str) -> list[tuple[Any, ...]]:
    more = f"-c statement_timeout={QUERY_TIMEOUT} -c default_transaction_read_only=on"
    with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, options=more, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def _backup_age(practice: Practice, *, now: datetime.datetime) -> int | None:
    if not practice.backup_dir:
        return None
    last = next(iter(good_backups(Path(practice.backup_dir))), None)
    return int((now - last.at).total_seconds()) if last else None


def _faults(row: Row, practice: Practice) -> Iterator[str]:
    late = LATE_AFTER.total_seconds()
    if row.pending:
        yield f"{_migrations(row.pending)} to run"
    if row.oldest_job is not None and row.oldest_job > OLDEST_JOB.total_seconds():
        yield "jobs wait"
    if practice.backup_dir and (row.backup_age is None or row.backup_age > late):
        yield "the backup is late"
    if row.audit_age is None or row.audit_age > late:
        yield "the audit was not checked"


def _migrations(count: int) -> str:
    return "1 migration" if count == 1 else f"{count} migrations"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
