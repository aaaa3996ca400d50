"""Who is in the file and who is left out, and what an outsider may know of each."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fysicure.research.asked import Asked
from fysicure.research.generalising import Facts
from fysicure.research.statements import PLANS, STANDINGS

CHUNK = 5_000
SEXES = {"female": "female", "male": "male", "other": "other"}
BELGIAN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Considered:
    """The patients that allow research, with the ids and facts of their plans (earliest first), and who is left out.

    `left_out`: reason to (patients, plans).
    """

    patients: list[UUID] = field(default_factory=list)
    plans: list[tuple[UUID, ...]] = field(default_factory=list)
    facts: list[tuple[Facts, ...]] = field(default_factory=list)
    left_out: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many plans are considered."""
        return sum(map(len, self.plans))


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let all statements within see one state of the database, and give each more time than a page has.

    Inside a wider transaction, as tests have it, the state is that one's.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = '10min'")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        yield


def rows_of(sql: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement as the server has them, some thousand at a time. One query."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def consider(asked: Asked, *, today: datetime.date) -> Considered:
    """Return who can be in the file. Two queries; some hundred bytes a plan."""
    first, last = asked.begun(today)
    until = datetime.date(asked.last_year or 9999, 12, 31)
    days = {"first": first, "last": last, "until": until}
    found = Considered()
    with one_snapshot():
        for standing, patients, plans in rows_of(STANDINGS, days):
            if standing != "considered":
                found.left_out[standing] = (patients, plans)
        for patient, rows in groupby(rows_of(PLANS, days), key=lambda row: row[0]):
            ids, facts = zip(*((row[1], _facts(row)) for row in rows), strict=True)
            found.patients.append(patient)
            found.plans.append(ids)
            found.facts.append(facts)
    return found


def _facts(row: tuple[Any, ...]) -> Facts:
    _patient, _plan, age, gender, country, postal_code, year, quarter, pathway, version, side = row
    digits = postal_code.strip()
    is_belgian = country == "BE" and len(digits) == BELGIAN_DIGITS and digits.isascii() and digits.isdigit()
    return Facts(age, SEXES.get(gender), digits[:2] if is_belgian else None, year, quarter, pathway, version, side)
