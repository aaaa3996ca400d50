"""Who is registered already: by national number, else by name and date of birth. For many people in one query."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from patients.search_text import fold

# Names are folded by the database on both sides, as in the column that it compares with.
_KNOWN = """
SELECT wanted.place, patient.id, patient.birth_date, patient.archived_at IS NOT NULL, true
FROM unnest(%(places)s::int[], %(numbers)s::text[]) AS wanted (place, number)
JOIN patients_patient patient ON patient.national_number = wanted.number
UNION ALL
SELECT wanted.place, patient.id, patient.birth_date, patient.archived_at IS NOT NULL, false
FROM unnest(%(places)s::int[], %(numbers)s::text[], %(names)s::text[], %(days)s::date[])
    AS wanted (place, number, name, day)
JOIN patients_patient patient ON patient.name_folded = lower(fysicure_unaccent(wanted.name)) COLLATE "C"
    AND patient.birth_date = wanted.day
WHERE patient.national_number IS NULL OR wanted.number IS NULL
UNION ALL
SELECT wanted.place, patient.id, patient.birth_date, patient.archived_at IS NOT NULL, false
FROM unnest(%(places)s::int[], %(numbers)s::text[], %(loose)s::text[], %(days)s::date[])
    AS wanted (place, number, name, day)
JOIN patients_patient patient ON patient.given_folded = lower(fysicure_unaccent(wanted.name)) COLLATE "C"
    AND patient.birth_date = wanted.day
WHERE patient.national_number IS NULL OR wanted.number IS NULL
ORDER BY 1, 5 DESC, 2
"""
_BY_EXTERNAL = """
SELECT DISTINCT line.external_number, line.patient_id
FROM patients_dataimportrow line JOIN patients_dataimport import ON import.id = line.data_import_id
WHERE line.external_number = ANY(%s) AND line.external_number <> '' AND line.patient_id IS NOT NULL
  AND import.kind = 'patients' AND line.outcome IN ('made', 'same', 'kept')
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a line is about. A `name` is written in an order that nobody knows: it is tried both ways."""

    family_name: str = ""
    given_name: str = ""
    birth_date: datetime.date | None = None
    national_number: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A registered patient who is the person of a line, or may be."""

    patient_id: UUID
    is_archived: bool = False
    is_other_birth_date: bool = False
    is_one_of_several: bool = False
    is_by_number: bool = False


def name_key(family_name: str, given_name: str) -> str:
    """Return a name as lines of a file are compared by it."""
    return fold(f"{family_name} {given_name}")


def find_known(people: Sequence[Person]) -> list[Known | None]:
    """Return for each person who it is, when registered. One query.

    A national number decides. A name with a date of birth decides only when not both have a number, since two numbers
    are two persons.
    """
    if not people:
        return []
    asked: dict[str, Any] = {
        "places": list(range(len(people))),
        "numbers": [each.national_number or None for each in people],
        "names": [each.name or f"{each.family_name} {each.given_name}" for each in people],
        "loose": [each.name or None for each in people],
        "days": [each.birth_date for each in people],
    }
    rows: dict[int, list[Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        for place, *facts in cursor.fetchall():
            rows.setdefault(place, []).append(facts)
    return [_known(rows.get(place, []), each.birth_date) for place, each in enumerate(people)]


def _known(rows: list[Any], birth_date: datetime.date | None) -> Known | None:
    if not rows:
        return None
    patient_id, day, is_archived, is_by_number = rows[0]
    if is_by_number:
        return Known(patient_id, is_archived, is_other_birth_date=birth_date not in {None, day}, is_by_number=True)
    return Known(patient_id, is_archived, is_one_of_several=len({row[0] for row in rows}) > 1)


def find_by_external_number(numbers: Collection[str]) -> dict[str, set[UUID]]:
    """Return for the numbers of another program the patients who came from it under that number. One query."""
    found: dict[str, set[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_EXTERNAL, [list(numbers)])
        for number, patient_id in cursor.fetchall():
            found.setdefault(number, set()).add(patient_id)
    return found
