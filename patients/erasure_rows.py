"""Deleting every row of a person, in every room, inside the one moment in which append-only rows may go."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, models
from psycopg import sql

from patients.belongings import Belongings, every_model, foreign_keys, is_history
from patients.models import Patient

CONTEXT = "pghistory_context"


def remove(found: Belongings) -> dict[str, int]:
    """Delete the rows, children first, and what only speaks of them. Returns how many rows went, by table.

    Must run in a transaction inside accounts.erasure_gate.erasing. Foreign keys are checked at the end, so that a row
    of someone else that still needs one of these makes the whole erasure fail.
    """
    contexts = _contexts(found)
    counts = {"django_admin_log": _admin_log(found)}
    _let_go(found)
    for model, keys in reversed(list(found.keys.items())):
        if keys:
            counts[model._meta.db_table] = delete_rows(model, keys)
    counts["procrastinate_jobs"] = _jobs(found)
    _check_now([model._meta.db_table for model, keys in found.keys.items() if keys])
    counts[CONTEXT] = _unused(contexts, found.of(Patient))
    return {table: count for table, count in sorted(counts.items()) if count}


def delete_rows(model: type[models.Model], keys: Iterable[Any]) -> int:
    """Delete rows by their keys with one statement; nothing cascades and no signal is sent."""
    meta = model._meta
    if meta.pk is None:
        raise LookupError(meta.label)
    statement = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(
        sql.Identifier(meta.db_table), sql.Identifier(str(meta.pk.column))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None), [list(keys)])
        return int(cursor.rowcount)


def _check_now(tables: list[str]) -> None:
    """Check now the foreign keys to some tables, which otherwise wait for the end of the transaction.

    Only those: the audit has constraints of its own that must wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND condeferrable"
            " AND confrelid = ANY(SELECT to_regclass(quote_ident(t)) FROM unnest(%s::text[]) t)",
            [tables],
        )
        names = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        if names:
            cursor.execute(sql.SQL("SET CONSTRAINTS {} IMMEDIATE").format(sql.SQL(", ").join(names)).as_string(None))


def _let_go(found: Belongings) -> None:
    """Rows of others that point at one of these forget it, where the column may be empty."""
    for model in every_model():
        if is_history(model):
            continue
        own = list(found.of(model))
        for column in foreign_keys(model):
            keys = found.of(column.related_model)
            if column.null and keys and model._meta.pk is not None:
                others = model._base_manager.filter(**{f"{column.attname}__in": keys}).exclude(pk__in=own)
                others.update(**{column.attname: None})


def _admin_log(found: Belongings) -> int:
    """The administration keeps the name of each row that was changed there."""
    gone = 0
    for model, keys in found.keys.items():
        if keys:
            kind = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
            rows = LogEntry.objects.filter(**kind, object_id__in=[str(key) for key in keys])
            gone += delete_rows(LogEntry, list(rows.values_list("pk", flat=True)))
    return gone


def _contexts(found: Belongings) -> list[UUID]:
    """The contexts (user and address of the request) of the history that goes."""
    contexts: set[UUID] = set()
    for model, keys in found.keys.items():
        if is_history(model) and keys:
            rows = model._base_manager.filter(pk__in=keys, pgh_context_id__isnull=False)
            contexts.update(rows.values_list("pgh_context_id", flat=True))
    return list(contexts)


def _unused(contexts: list[UUID], patients: set[UUID]) -> int:
    """Delete the contexts that no history needs any more; of the others only the address of the page goes."""
    tables = [model._meta.db_table for model in every_model() if is_history(model)]
    used = sql.SQL(" OR ").join(
        sql.SQL("EXISTS (SELECT 1 FROM {} e WHERE e.pgh_context_id = c.id)").format(sql.Identifier(table))
        for table in tables
    )
    with connection.cursor() as cursor:
        unused = sql.SQL("DELETE FROM pghistory_context c WHERE c.id = ANY(%s) AND NOT ({})").format(used)
        cursor.execute(unused.as_string(None), [contexts])
        gone = int(cursor.rowcount)
        # The addresses of pages hold the patient's id, the one of this very request included.
        cursor.execute(
            "UPDATE pghistory_context SET metadata = metadata - 'url'"
            " WHERE metadata ? 'url' AND (id = ANY(%s) OR metadata ->> 'url' LIKE ANY(%s))",
            [contexts, [f"%{patient}%" for patient in patients]],
        )
    return gone


def _jobs(found: Belongings) -> int:
    """Delete the jobs, run or waiting, whose arguments name one of the rows."""
    keys = [str(key) for keys in found.keys.values() for key in keys if isinstance(key, UUID)]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE EXISTS"
            " (SELECT 1 FROM jsonb_each_text(args) a WHERE a.value = ANY(%s))",
            [keys],
        )
        return int(cursor.rowcount)


def end_sessions(user_ids: set[UUID]) -> int:
    """Delete the sessions of some accounts."""
    ids = {str(each) for each in user_ids}
    keys = [
        row.session_key for row in Session.objects.iterator() if str(row.get_decoded().get("_auth_user_id", "")) in ids
    ]
    return delete_rows(Session, keys)
