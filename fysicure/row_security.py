"""Row security: to the portal's role a table holds the rows of one patient. Policies follow from the models.

The patient stands in the session setting `fysicure.patient`, the account in `fysicure.user`
(fysicure/portal_role.py sets both). A table belongs to patients when its foreign keys lead to Patient, by the shortest
way, or when it has a plain `patient_id`; it belongs to an account when a foreign key named `user` does. Without the
setting nothing matches. The application's own role sees every row; what it shows is the affair of `visible_to`.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey, Model

from accounts.models import Practitioner, User
from fysicure.database_roles import (
    APP,
    LOCK,
    LOG,
    LOGS,
    PORTAL,
    PORTAL_ROLE,
    READ,
    WITHOUT_MODEL,
    ensure_roles,
    grant_all,
)
from patients.models import Patient

PATIENT = "nullif(current_setting('fysicure.patient', true), '')::uuid"
ACCOUNT = "nullif(current_setting('fysicure.user', true), '')::uuid"
# Whom patients know by name: not a person whose rows are closed to others.
KNOWN_TO_ALL = frozenset({Practitioner})
# What cannot be told from the models. Patients know staff by name; who wrote is noted by a function of the owner's.
BY_HAND: Mapping[str, str] = {
    "accounts_user": f"id = {ACCOUNT} OR role <> 'patient'",
    "pghistory_context": "false",
    "django_session": "false",
}
# Who wrote a row. A patient adds none in another's name; that staff wrote it does not bar a change that is granted.
_AUTHORS = ("booked_by_id", "created_by_id", "entered_by_id", "made_by_id", "signed_by_id", "written_by_id")
# In a log patients read who opened their record and what they did, and write what they did themselves.
_OWN_DEED = f"user_id = {ACCOUNT}"


def own_tables() -> dict[str, type[Model]]:
    """Return the tables that migrations of this project make, each with its model."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in models if model._meta.managed and not model._meta.proxy}


def history_tables() -> set[str]:
    """Return the tables in which triggers keep what rows were."""
    return {table for table, model in own_tables().items() if hasattr(model, "pgh_tracked_model")}


def declared_tables() -> set[str]:
    """Return every table whose rights are known."""
    return {*own_tables(), *WITHOUT_MODEL}


def row_rules() -> dict[str, str]:
    """Return for each table of patients or accounts the condition that a row is one's own."""
    found = {table: rule for table, model in own_tables().items() if (rule := _rule(model))}
    return {**found, **BY_HAND}


def patient_tables() -> set[str]:
    """Return the tables whose rows belong to patients."""
    return {table for table, rule in row_rules().items() if "fysicure.patient" in rule}


def _rule(model: type[Model]) -> str:
    """The shortest way to a patient, else to an account; "" when the rows belong to nobody."""
    names = {field.column for field in model._meta.concrete_fields if field.column}
    if model is not Patient and "patient_id" in names:
        return f"patient_id = {PATIENT}"
    if model in KNOWN_TO_ALL:
        return ""
    return _way(model, Patient, PATIENT) or _way(model, User, ACCOUNT, only="user")


def _way(model: type[Model], goal: type[Model], value: str, *, only: str = "") -> str:
    """The shortest way along foreign keys that are always filled in; breadth first."""
    waiting: deque[tuple[type[Model], tuple[ForeignKey[Any, Any], ...]]] = deque([(model, ())])
    known = {model}
    while waiting:
        here, way = waiting.popleft()
        if here is goal:
            return _condition(way, value)
        for field in _references(here, last_only=only):
            target: Any = field.related_model
            if target not in known and not (goal is User and target is Patient):
                known.add(target)
                waiting.append((target, (*way, field)))
    return ""


def _references(model: type[Model], *, last_only: str) -> Iterator[ForeignKey[Any, Any]]:
    for field in model._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or (field.null and field.related_model is not Patient):
            continue
        if field.related_model in KNOWN_TO_ALL or (field.related_model is User and field.name != last_only):
            continue
        yield field


def _condition(way: tuple[ForeignKey[Any, Any], ...], value: str) -> str:
    if not way:
        return f"id = {value}"
    *before, last = way
    condition = f"{last.column} = {value}"
    for field in reversed(before):
        parent: Any = field.related_model
        key = parent._meta.pk.column
        condition = f"{field.column} IN (SELECT {key} FROM {parent._meta.db_table} WHERE {condition})"  # noqa: S608
    return condition


def portal_rights() -> dict[str, str]:
    """Return what the portal may do: read what is the patient's, do what is named, add to the history of that."""
    writes = {table for table, rights in PORTAL.items() if rights not in {READ, LOCK}}
    histories = {
        table: LOG
        for table in history_tables()
        if own_tables()[table].pgh_tracked_model._meta.db_table in writes  # type: ignore[attr-defined]
    }
    return {**dict.fromkeys(patient_tables(), READ), **histories, **PORTAL}


def policies() -> Iterator[tuple[str, str, str]]:
    """Yield table, name and the end of each CREATE POLICY statement."""
    for table, rule in sorted(row_rules().items()):
        yield table, "app_all", f"TO {APP} USING (true) WITH CHECK (true)"
        if table in LOGS and _has_user(table):
            own = f"({rule} OR patient_id IS NULL) AND {_OWN_DEED}"
            yield table, "portal_reads", f"FOR SELECT TO {PORTAL_ROLE} USING ({rule} OR {_OWN_DEED})"
            yield table, "portal_adds", f"FOR INSERT TO {PORTAL_ROLE} WITH CHECK ({own})"
        else:
            yield table, "portal_own", f"TO {PORTAL_ROLE} USING ({rule}) WITH CHECK ({rule})"
            signed = _signed_by_oneself(table)
            if signed:
                yield table, "portal_signs", f"AS RESTRICTIVE FOR INSERT TO {PORTAL_ROLE} WITH CHECK ({signed})"


def _has_user(table: str) -> bool:
    return any(field.column == "user_id" for field in own_tables()[table]._meta.concrete_fields)


def _signed_by_oneself(table: str) -> str:
    """The condition that a new row names no other author. Histories copy who wrote the row at first."""
    model = own_tables()[table]
    columns = set() if table in history_tables() else {field.column for field in model._meta.concrete_fields}
    return " AND ".join(f"({name} IS NULL OR {name} = {ACCOUNT})" for name in _AUTHORS if name in columns)


def apply_rights() -> None:
    """Make the roles where they are missing, give them the declared rights, and each table its policies.

    Runs as the owner of the tables. What is right already is not touched: a new policy locks its table for a moment.
    """
    with transaction.atomic():
        owner: psycopg.Connection[Any] = connection.connection
        ensure_roles(owner)
        rows = owner.execute("SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        kinds = dict(rows.fetchall())
        tables = {name for name, kind in kinds.items() if kind in {"r", "p"}}
        views = {name for name, kind in kinds.items() if kind == "v"}
        grant_all(owner, tables=tables, views=views, history=history_tables(), portal=portal_rights())
        _secure(owner, tables)


def _secure(owner: psycopg.Connection[Any], tables: set[str]) -> None:
    rows = owner.execute(
        "SELECT relname, polname, obj_description(pol.oid, 'pg_policy') FROM pg_policy pol "
        "JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = 'public'::regnamespace"
    )
    standing = {(table, name): text for table, name, text in rows}
    wanted = {(table, name): end for table, name, end in policies() if table in tables}
    digests = {key: hashlib.sha256(end.encode()).hexdigest() for key, end in wanted.items()}
    for table, name in sorted(key for key in standing if key not in digests or digests[key] != standing[key]):
        _run(owner, f"DROP POLICY {name} ON {table}")
    for (table, name), end in wanted.items():
        if standing.get((table, name)) != digests[table, name]:
            _run(owner, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            _run(owner, f"CREATE POLICY {name} ON {table} {end}")
            _run(owner, f"COMMENT ON POLICY {name} ON {table} IS '{digests[table, name]}'")


def _run(owner: psycopg.Connection[Any], statement: str) -> None:
    owner.execute(statement.encode())  # made of names of tables and of the rules above
