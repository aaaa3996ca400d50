"""Who may do what in PostgreSQL: three roles, and what each is granted. Applied after every `manage.py migrate`.

    owner            owns the tables: migrations, backup, restore. Any name; DATABASE_OWNER_URL signs in with it.
    fysicure_app     web and worker; DATABASE_URL signs in with it. Rows only: no DDL, no TRUNCATE, no trigger off,
                     nothing changed in a log, nothing rewritten in a history.
    fysicure_portal  what a patient's request runs as (fysicure/portal_role.py). Reads the rows of one patient
                     (fysicure/row_security.py) and what PORTAL names, writes what PORTAL names.

Rights of the application follow from the kind of table, so that a new table needs no line here. To the portal a new
table is open for the patient's own rows and closed for all else, until somebody names it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql

APP = "fysicure_app"
PORTAL_ROLE = "fysicure_portal"

# A statement, a lock and a forgotten transaction end by themselves; compiling a plan costs more than it wins here.
APP_SETTINGS: Mapping[str, str] = {
    "statement_timeout": "30s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
}

# Logs: a row is added and read, never changed or removed, by nobody but the owner of the tables.
LOGS = frozenset(
    {
        "accounts_accesslog",
        "accounts_accessreason",
        "accounts_accessreview",
        "accounts_securityevent",
        "patients_erasure",
        "patients_erasureproof",
    }
)
# What only migrations write, and what only triggers do (the chain of the audit, with their owner's rights).
READ_ONLY = frozenset(
    {
        "accounts_audithead",
        "accounts_auditlink",
        "accounts_auditqueue",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "patients_nameword",
    }
)
# Tables without a model of ours that manages them.
WITHOUT_MODEL = frozenset(
    {
        "accounts_auditqueue",
        "accounts_cache",
        "django_migrations",
        "procrastinate_events",
        "procrastinate_jobs",
        "procrastinate_periodic_defers",
        "procrastinate_workers",
    }
)
READ, LOG, CHANGE, ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
# Triggers let history rows go only while a record is erased (accounts.erasure_gate).
HISTORY = "SELECT, INSERT, DELETE"
# Locking a row needs the right to update one of its columns: the key, which references hold in place.
LOCK = "SELECT, UPDATE (id)"

# What the portal reads besides the rows of the own patient, and what it writes; nothing else. Where a table holds rows
# of patients or accounts, these are the own ones (fysicure/row_security.py). It adds to the history of what it writes.
PORTAL: Mapping[str, str] = {
    # the practice: who works when, where, by which rules; what is taken, not by whom
    "accounts_practitioner": READ,
    "accounts_user": READ,
    "patients_externalpractitioner": READ,
    "scheduling_bookingpolicy": READ,
    "scheduling_busy": READ,
    "scheduling_equipment": READ,
    "scheduling_extrahours": READ,
    "scheduling_healthcareservice": READ,
    "scheduling_leave": "SELECT (id, practitioner_id, starts_at, ends_at)",  # not why a therapist is away
    "scheduling_room": READ,
    "scheduling_workinghours": READ,
    # the content of the practice
    "pathways_exercise": READ,
    "pathways_instrument": READ,
    "pathways_instrumenttext": READ,
    "pathways_pathway": READ,
    "pathways_pathwayversion": READ,
    "pathways_reference": READ,
    "patients_coding": READ,
    "patients_measure": READ,
    "patients_privacytext": READ,
    "patients_questionnaire": READ,
    # the own record: choices and questions, and the scores of a questionnaire
    "patients_consent": LOG,
    "patients_episodeofcare": LOCK,
    "patients_observation": LOG,
    "patients_patient": LOCK,
    "patients_privacyrequest": LOG,
    # the own plan: a diary, answers, and what they set going (an alarm holds the plan and calls the therapist)
    "pathways_careplan": "SELECT, UPDATE (id, status, hold_reason, cleared_at, ended_on)",
    "pathways_checkin": CHANGE,
    "pathways_decision": LOG,
    "pathways_diaryentry": CHANGE,
    "pathways_followup": "SELECT, UPDATE (id, appointment_id, proposal_id)",
    "pathways_outcomeresponse": LOG,
    "pathways_planstanding": "SELECT, UPDATE (plan_id, changes)",
    "pathways_pushsubscription": ALL,
    "pathways_task": "SELECT, INSERT, UPDATE (id)",
    # the own visits: book, ask, answer, call off; and what is to be told of that
    "scheduling_appointment": CHANGE,
    "scheduling_calendarfeed": "SELECT, INSERT, UPDATE (id, revoked_at)",
    "scheduling_communication": "SELECT, INSERT, UPDATE (due_at, status, error)",
    "scheduling_contactconsent": CHANGE,
    "scheduling_proposal": CHANGE,
    "scheduling_waitinglistentry": CHANGE,
    # what the system writes of it; who made a change is told to staff (row security shows a patient no row)
    "pghistory_context": READ,
    "accounts_accesslog": LOG,
    "accounts_cache": ALL,
    "accounts_idempotencykey": "SELECT, INSERT, UPDATE (status, result)",
    "accounts_securityevent": LOG,
}


class Executes(Protocol):
    """A psycopg connection or cursor."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...


def ensure_roles(server: psycopg.Connection[Any]) -> None:
    """Make the roles that are missing, with what holds for their sessions. Needs CREATEROLE; changes nothing twice."""
    rows = server.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [APP, PORTAL_ROLE]).fetchall()
    known = {name for (name,) in rows}
    if APP not in known:  # NOINHERIT: it may become the portal's role, but is not held to that role's policies before
        _run(server, "CREATE ROLE {} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS", APP)
    for name, value in APP_SETTINGS.items() if APP not in known else ():
        _run(server, "ALTER ROLE {} SET {} = {}", APP, name, sql.Literal(value))
    if PORTAL_ROLE not in known:
        _run(server, "CREATE ROLE {} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS", PORTAL_ROLE)
        _run(server, "GRANT {} TO {}", PORTAL_ROLE, APP)


def app_rights(table: str, history: Iterable[str]) -> str:
    """Return what the application may do with a table; `history` names the tables that keep earlier states."""
    if table in LOGS:
        return LOG
    if table in READ_ONLY:
        return READ
    return HISTORY if table in history else ALL


def roles_are_there(server: psycopg.Connection[Any]) -> bool:
    """Whether the server knows both roles."""
    row = server.execute("SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)", [APP, PORTAL_ROLE]).fetchone()
    return row == (2,)


def grant_all(
    owner: Executes,
    *,
    tables: Iterable[str],
    views: Iterable[str],
    history: Iterable[str],
    portal: Mapping[str, str],
) -> None:
    """Take every right on the tables from both roles and give what is declared, in the transaction of the caller.

    `history` names the tables that keep earlier states, `portal` what the portal may do.
    """
    past = frozenset(history)
    _run(owner, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run(owner, "GRANT USAGE ON SCHEMA public TO {}, {}", APP, PORTAL_ROLE)
    _run(owner, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}, {}", APP, PORTAL_ROLE)
    _run(owner, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}, {}", APP, PORTAL_ROLE)
    for name in sorted(tables):
        _grant(owner, app_rights(name, past), name, APP)
    for name in sorted(views):
        _grant(owner, READ, name, APP)
    for name in sorted({*tables, *views} & set(portal)):
        _grant(owner, portal[name], name, PORTAL_ROLE)


def _grant(owner: Executes, rights: str, table: str, role: str) -> None:
    owner.execute(sql.SQL("GRANT {} ON {} TO {}").format(_words(rights), sql.Identifier(table), sql.Identifier(role)))


def _words(rights: str) -> sql.SQL:
    return sql.SQL(rights)  # declared above, never from outside


def _run(server: Executes, statement: LiteralString, *names: str | sql.Composable) -> None:
    parts = [name if isinstance(name, sql.Composable) else sql.Identifier(name) for name in names]
    server.execute(sql.SQL(statement).format(*parts))
