"""Searching the whole database for what is left of a person: every column of text, JSON or ids of every table."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.encoding import force_str
from psycopg import sql

from accounts.models import User
from patients.contact_details import shown_phone
from patients.models import Patient
from patients.national_number import shown

# Columns that keep bare ids on purpose; each says why.
DECLARED = {
    ("accounts_accesslog", "patient_id"): "who opened the record",
    ("accounts_accesslog", "user_id"): "who opened the record",
    ("accounts_securityevent", "patient_id"): "what happened to the record",
    ("accounts_securityevent", "user_id"): "what happened to the account",
    ("accounts_securityevent", "subject_id"): "what happened to the account",
    ("accounts_webhookevent", "object_id"): "other programs are told that the record went; thirty days",
    ("accounts_webhookdelivery", "object_id"): "other programs are told that the record went; thirty days",
    ("patients_erasure", "patient_id"): "this erasure",
}
SEARCHED_TYPES = ("text", "character varying", "character", "json", "jsonb", "uuid", "ARRAY", "USER-DEFINED", "name")
SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """How often something of the person still stands in a column."""

    table: str
    column: str
    rows: int


@dataclass(slots=True)
class Scan:
    """What was searched and what was found: `left_over` should be empty; `declared` holds ids kept on purpose.

    `shared` counts the words that are someone else's too (a partner's phone, a namesake, the record that a double
    registration was made beside): those prove nothing, and were not sought.
    """

    tables: int = 0
    columns: int = 0
    words: int = 0
    shared: int = 0
    left_over: list[Found] = field(default_factory=list)
    declared: list[Found] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was left."""
        return not self.left_over


def words_of(patient: Patient, users: Iterable[User] = ()) -> list[str]:
    """Return what identifies a patient, now and in the history: ids, full names, numbers, addresses, mail.

    A family name or a street alone is no proof of a person: others share it. They are sought in full: name with first
    name, street with house number.
    """
    history: Any = Patient._meta.get_field("events").related_model
    words = {str(patient.pk), *(str(user.pk) for user in users), *(user.email for user in users)}
    for row in [patient, *history.objects.filter(pgh_obj_id=patient.pk)]:
        names = [(row.given_name, row.family_name), (row.family_name, row.given_name)]
        words.update(" ".join(each) for each in names)
        words.update(filter(None, (row.national_number, shown(row.national_number), row.email)))
        words.update(filter(None, (row.phone, shown_phone(row.phone))))
        words.update([row.street] if re.search(r"\d", row.street or "") else [])
    return sorted({word.lower() for word in words if len(word) >= SHORTEST})


def scan(words: Sequence[str]) -> Scan:
    """Search every table for the words. One statement a table, each reading it once."""
    others = _of_others(words)
    words = [word for word in words if word not in others]
    result = Scan(words=len(words), shared=len(others))
    for table, columns in _columns().items():
        result.tables += 1
        result.columns += len(columns)
        for column, rows in zip(columns, _count(table, columns, words), strict=True):
            if rows:
                kept = result.declared if (table, column) in DECLARED else result.left_over
                kept.append(Found(table, column, rows))
    result.left_over += _packed(words)
    return result


_PEOPLE = """
    SELECT DISTINCT word FROM unnest(%s::text[]) word JOIN (
        SELECT ARRAY[lower(phone), lower(email), lower(street), lower(given_name || ' ' || family_name),
                     lower(family_name || ' ' || given_name), national_number] AS own FROM patients_patient
        UNION ALL SELECT ARRAY[lower(name), lower(email)] FROM accounts_user
        UNION ALL SELECT ARRAY[lower(name), lower(phone)] FROM patients_externalpractitioner
    ) person ON word = ANY(person.own)
"""


def _of_others(words: Sequence[str]) -> set[str]:
    """Return the words that are another living record's own. Runs after the deletion: the erased one is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [list(words)])
        found = {word for (word,) in cursor.fetchall()}
    return found | {shown_phone(word) for word in found if re.fullmatch(r"\+\d+", word)} & set(words)


def _columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE t.table_type = 'BASE TABLE' AND c.data_type = ANY(%s)"
            " AND c.table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, c.ordinal_position",
            [list(SEARCHED_TYPES)],
        )
        found: dict[str, list[str]] = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
        return found


def _count(table: str, columns: Sequence[str], words: Sequence[str]) -> list[int]:
    """Return for each column in how many rows one of the words stands as a whole."""
    like = ["%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in words]
    whole = r"(^|[^[:alnum:]])(" + "|".join(re.escape(word) for word in words) + r")($|[^[:alnum:]])"
    counted = sql.SQL(", ").join(
        sql.SQL(
            "count(*) FILTER (WHERE CASE WHEN lower({0}::text) LIKE ANY(%(like)s)"
            " THEN lower({0}::text) ~ %(whole)s ELSE false END)"
        ).format(sql.Identifier(column))
        for column in columns
    )
    with connection.cursor() as cursor:
        statement = sql.SQL("SELECT {} FROM {}").format(counted, sql.Identifier(table))
        cursor.execute(statement.as_string(None), {"like": like, "whole": whole})
        row = cursor.fetchone()
        return [int(each) for each in row or ()]


def _packed(words: Sequence[str]) -> list[Found]:
    """Look into what is stored packed: sessions and the cache."""
    sessions = sum(_holds(force_str(row.get_decoded()), words) for row in Session.objects.iterator())
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM accounts_cache")
        cached = sum(_holds(_unpacked(value), words) for (value,) in cursor.fetchall())
    found = [Found("django_session", "session_data", sessions), Found("accounts_cache", "value", cached)]
    return [each for each in found if each.rows]


def _unpacked(value: str) -> str:
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value


def _holds(text: str, words: Sequence[str]) -> bool:
    low = text.lower()
    return any(word in low for word in words)
